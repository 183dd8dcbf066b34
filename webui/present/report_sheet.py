"""One report as on paper: its tables with a way to the rows behind each figure, its signatures and editions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.procedure.report import Report
from engine.review.reports.content import Behind, Cell, Content, Head, Named, Table
from engine.review.reports.kept import Edition, Signature
from engine.review.reports.telling import TOTAL as TOTAL_LINE
from engine.review.reports.telling import fact_text, figure_text, label_of, moment_text, period_text, scope_text
from engine.wording import Names
from webui.present.looking import Mistake
from webui.present.reporting import address_of, zone_of
from webui.present.reviewing import Tab
from webui.words import words

_UNTOLD = Named("—", "—")
_UPRIGHT = 7  # columns
TOTAL = "total"
"""The line of a table's totals, in addresses."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A figure or fact; `address` leads to the rows behind it."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a table: what it is about, and its cells."""

    label: Named
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A part of the report. Where it is grouped, `group` is what by; a list has no totals.

    `scope`: what it counts, and what it leaves out; `is_empty`: nothing falls into it.
    """

    id: str
    title: Named
    detail: Named
    count: str
    group: Named | None
    heads: tuple[Named, ...]
    lines: tuple[LineView, ...]
    total: tuple[CellView, ...]
    is_list: bool
    more: str
    clauses: str
    scope: tuple[str, ...]
    is_empty: bool


@dataclass(frozen=True, slots=True)
class HandView:
    """A signature it takes: given, or still wanted of these roles."""

    meaning: str
    name: str
    role: str
    at: str
    comment: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """Another edition of the same period."""

    address: str
    text: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """The page. `signs`: what this person may sign now, in words; `may_remake`: whether it may be made anew by this person.

    `notes`: what must be known of it whenever it is read, on paper too; `standing`: what is to be done now, and by whom;
    `amended`: the runs in which something was corrected since; `others`: how many more lack a signature, and where those are.
    """

    tabs: tuple[Tab, ...]
    id: str
    period: str
    address: str
    title: Named
    site: Named
    period_title: str
    facts: tuple[tuple[str, str], ...]
    tone: str
    state: str
    notes: tuple[str, ...]
    amended_note: str
    amended: tuple["RowView", ...]
    standing: str
    others: tuple[str, str]
    tables: tuple[TableView, ...]
    hands: tuple[HandView, ...]
    editions: tuple[EditionView, ...]
    content: str
    clauses: str
    signs: str
    may_remake: bool
    wants_reason: bool
    mistake: Mistake
    csrf: str
    command_id: str
    is_kept: bool = True  # or a look at a period that still goes on, which is neither kept nor signed

    @property
    def is_wide(self) -> bool:
        """Whether it takes paper laid across: a list has more columns than stand side by side on a sheet upright."""
        return any(table.is_list and len(table.heads) > _UPRIGHT for table in self.tables)


def tables_of(content: Content, names: Names, address: str) -> tuple[TableView, ...]:
    """The parts of a report; below `address` are the rows behind each figure."""
    parts = {part.id: part for part in content.report_as_written.parts}
    return tuple(_table(table, parts[table.id].detail, parts[table.id].covers, names, address) for table in content.tables)


def _table(table: Table, detail: object, clauses: Sequence[str], names: Names, address: str) -> TableView:
    w, is_list = words(names.language), bool(table.listed) or (not table.total and not table.lines)
    base = f"{address}/{table.id}"
    lines = _listed(table, names) if is_list else _counted(table, base, names)
    return TableView(
        id=table.id,
        title=table.title,
        detail=_named(detail),
        count=str(w.report_rows).format(count=table.count),
        group=table.group.title if table.group else None,
        heads=tuple(head.title for head in table.heads),
        lines=tuple(lines),
        total=tuple(_figure(cell, head, f"{base}/{TOTAL}/{k}", names) for k, (cell, head) in enumerate(_pairs(table))),
        is_list=is_list,
        more=str(w.report_more).format(count=table.more) if table.more else "",
        clauses=names.listed(clauses),
        scope=tuple(scope_text(table, names.language)),
        is_empty=table.count == 0,
    )


def _named(text: object) -> Named:
    return Named(getattr(text, "zh", ""), getattr(text, "en", "") or "")


def _pairs(table: Table) -> Iterator[tuple[Cell, Head]]:
    yield from zip(table.total, table.heads, strict=False)


def _counted(table: Table, base: str, names: Names) -> Iterator[LineView]:
    for number, line in enumerate(table.lines):
        pairs = enumerate(zip(line.cells, table.heads, strict=True))
        cells = (_figure(cell, head, f"{base}/{number}/{k}", names) for k, (cell, head) in pairs)
        yield LineView(label_of(table, line.word), tuple(cells))


def _figure(cell: Cell, head: Head, address: str, names: Names) -> CellView:
    return CellView(figure_text(cell.value, head, names.language), address if cell.behind else "")


def _listed(table: Table, names: Names) -> Iterator[LineView]:
    for one in table.listed:
        texts = [
            fact_text(cell, head, table, names.language, zone_of(names))
            for cell, head in zip(one.cells, table.heads, strict=True)
        ]
        address = row_address(table.rows[one.row])
        yield LineView(_UNTOLD, tuple(CellView(text, address if k == 0 else "") for k, text in enumerate(texts)))


def row_address(row: Behind) -> str:
    """Where a row is read: the row of a book, or the record of its run; "" for a missed time."""
    if not row.run:
        return ""
    is_row = row.step and row.entry.isdecimal()
    return f"/rows/{row.run}/{row.step}/{row.entry}" if is_row else f"/runs/{row.run}/record"


def hands_of(report: Report, signatures: Sequence[Signature], names: Names) -> tuple[HandView, ...]:
    """The signatures it takes, in order."""
    w, given = words(names.language), {one.meaning: one for one in signatures}
    return tuple(_hand(given.get(one.meaning), str(getattr(w, f"meaning_{one.meaning}")), one.by, names) for one in report.sign)


def _hand(one: Signature | None, meaning: str, roles: Sequence[str], names: Names) -> HandView:
    if one is None:
        return HandView(meaning, "", names.roles(roles), "", "")
    return HandView(meaning, one.name, names.role(one.role), moment_text(one.at, zone_of(names)), one.comment)


def editions_of(found: Sequence[Edition], here: Edition, names: Names) -> tuple[EditionView, ...]:
    """Every edition where there are several, the newest first."""
    w = words(names.language)
    return tuple(
        EditionView(
            address_of(one.report, one.period, one.edition),
            " · ".join(
                part
                for part in (
                    str(w.report_edition).format(number=one.edition),
                    moment_text(one.made_at, zone_of(names)),
                    one.reason,
                )
                if part
            ),
            one.edition == here.edition,
        )
        for one in (reversed(found) if len(found) > 1 else ())
    )


# -- behind a figure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowView:
    """A row that was counted."""

    title: str
    small: str
    address: str


@dataclass(frozen=True, slots=True)
class BehindView:
    """The rows behind a figure."""

    back: str
    title: str
    period: str
    table: str
    label: str
    figure: str
    value: str
    rows: tuple[RowView, ...]
    more: str


def behind_of(content: Content, table: Table, cell: Cell, head: Head, label: Named, names: Names, back: str) -> BehindView:
    """The rows of a cell."""
    language, w = names.language, words(names.language)
    return BehindView(
        back=back,
        title=Named.of(content.report_as_written.title).into(language),
        period=period_text(content.period, language),
        table=table.title.into(language),
        label=label.into(language),
        figure=head.title.into(language),
        value=figure_text(cell.value, head, names.language),
        rows=tuple(row_of(table.rows[place], table.titles.get("of", {}), names) for place in cell.behind),
        more=str(w.report_more).format(count=cell.more) if cell.more else "",
    )


def row_of(row: Behind, titles: Mapping[str, Named], names: Names) -> RowView:
    """A row that was counted, with what its procedure or book was called."""
    title = titles[row.of].into(names.language) if row.of in titles else row.of
    return RowView(f"{title} {row.label}".strip(), moment_text(row.at, zone_of(names)), row_address(row))


def cell_at(table: Table, line: str, column: int) -> tuple[Cell, Named] | None:
    """A figure by its place, with what its line is about; None where there is none."""
    if line == TOTAL:
        return (table.total[column], TOTAL_LINE) if column < len(table.total) else None
    if not line.isdecimal() or int(line) >= len(table.lines) or column >= len(table.lines[int(line)].cells):
        return None
    found = table.lines[int(line)]
    return found.cells[column], label_of(table, found.word)
