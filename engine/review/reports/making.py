"""A report of a period, made from what the ledger holds now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.procedure.period import Span, due_of
from engine.procedure.procedure import Procedure, walk
from engine.procedure.report import Part, Report
from engine.procedure.report_facts import Fact, facts_of
from engine.procedure.site import Site
from engine.procedure.step import with_fields
from engine.procedure.text import Text
from engine.review.renamed import Renamed
from engine.review.reports.content import Content, Named, Table, defined
from engine.review.reports.figures import Row, step_word, table_of
from engine.review.reports.gathering import Ground, rows_of, used


@dataclass(frozen=True, slots=True)
class Making:
    """Which report of which period is made, by whom, and what it is made with.

    `procedures` are those in force and those in use no more, `renamed` those that had another name before, `people` what people
    are called.
    """

    id: str
    report: Report
    span: Span
    site: Site
    revision: str  # of the site
    procedures: Mapping[str, Procedure]
    renamed: Renamed
    people: Mapping[str, str]
    now: datetime
    by: str = ""
    edition: int = 1
    reason: str = ""


def made(ledger: Ledger, making: Making) -> Content:
    """The document; everything in it is of one moment of the ledger."""
    with ledger.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        size, head = _head(connection)
        ground = Ground(connection, making.procedures, making.renamed, making.people)
        found = tuple(_tables(making, ground))
    return Content(
        report=making.id,
        period=making.span.name,
        since=making.span.since,
        until=making.span.until,
        due=due_of(making.report, making.span, making.site.zone),
        edition=making.edition,
        made_at=making.now,
        made_by=making.by,
        reason=making.reason,
        size=size,
        head=head,
        site=making.revision,
        definition=defined(making.report),
        tables=found,
    )


def _head(connection: Connection) -> tuple[int, str]:
    query = select(tables.events.c.seq, tables.events.c.hash).order_by(tables.events.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (row.seq, bytes(row.hash).hex()) if row else (0, "")


Asked = tuple[str, tuple[str, ...], str, object]


def _tables(making: Making, ground: Ground) -> Iterator[Table]:
    """Each part; what several parts count is read once."""
    parts, read = [_as_called_now(part, making.renamed) for part in making.report.parts], dict[Asked, list[Row]]()
    for part in parts:
        alike = [one for one in parts if _asked(one) == _asked(part)]
        wanted = {name for one in alike for name in used(one)}
        facts = {**{name: _unknown(name) for name in wanted}, **facts_of(part, making.procedures, making.site)}
        if "step" in facts:
            facts["step"] = _with_steps(facts["step"], part, making.procedures)
        if _asked(part) not in read:
            read[_asked(part)] = rows_of(part, wanted, making.span, facts, ground)
        yield _named(table_of(part, read[_asked(part)], facts), making)


def _as_called_now(part: Part, renamed: Renamed) -> Part:
    """A part that names procedures by what they are called now: the site may have been published before one was renamed."""
    now = tuple(renamed.present(name) for name in part.of)
    return part if now == part.of else part.model_copy(update={"of": now})


def _asked(part: Part) -> Asked:
    """What rows a part is made of; parts that ask for the same share them."""
    parameter = part.where.get("parameter") if part.source == "readings" else None
    return (part.source, part.of, part.falls, parameter)


def _unknown(name: str) -> Fact:
    """An answer that no procedure in force asks for any more: what earlier runs gave is counted all the same."""
    return Fact("word", Text(zh=name), {}, True)


def _with_steps(fact: Fact, part: Part, procedures: Mapping[str, Procedure]) -> Fact:
    """What the steps are called that readings and deviations name, each in its own procedure; the words alone say nothing."""
    titles: dict[str, Text] = {}
    for name, procedure in procedures.items():
        if not part.of or name in part.of:
            for _, step, _ in walk(procedure):
                titles |= {step_word(name, one.id): one.title for one in with_fields((step,))}
    return Fact(fact.kind, fact.title, titles)


def _named(table: Table, making: Making) -> Table:
    """With the titles of the procedures and books that its rows are of."""
    known: dict[str, Text] = {name: one.title for name, one in making.site.books.items()}
    known |= {name: one.title for name, one in making.procedures.items()}
    of = {one.of: Named.of(known[one.of]) for one in table.rows if one.of in known}
    return replace(table, titles={**table.titles, "of": of}) if of else table
