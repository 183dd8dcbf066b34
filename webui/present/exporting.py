"""Exports on their page: what the form offers, the conditions that came from a search, each file with how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.exports.asked import FORMS, VIEWS, View
from engine.exports.asked import Asked as Wanted
from engine.exports.jobs import KEPT, Export
from engine.exports.printed import MOST
from engine.procedure.text import Language
from engine.wording import Names
from webui.present.asking import Asked
from webui.present.faces import Option
from webui.present.measured import Figure, options
from webui.present.reviewing import Tab
from webui.present.runlist import Ground
from webui.present.searching import chips
from webui.present.values import stamp
from webui.words import words

_OF = {"answers", "book"}
_OWN = ("place", "procedure", "from", "until")  # what the form asks itself
Groups = tuple[tuple[str, tuple[Option, ...]], ...]


@dataclass(frozen=True, slots=True)
class ExportView:
    """A file, or the work on it. `share`: how much of the work is done, in percent."""

    id: str
    title: str
    form: str
    who: str
    conditions: str
    told: str
    share: int
    is_running: bool
    is_bad: bool
    may_go_on: bool
    is_own: bool
    download: str
    digest: str
    kept: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    whats: Groups
    forms: tuple[Option, ...]
    places: tuple[Option, ...]
    procedures: tuple[Option, ...]
    parameters: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """The page. `carried`: conditions that came from a search, as the form sends them on; `conditions` in words."""

    tabs: tuple[Tab, ...]
    choices: Choices
    what: str
    parameter: str
    form: str
    asked: Asked
    carried: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]
    files: tuple[ExportView, ...]
    mistake: str
    csrf: str


def choices(ground: Ground, figures: Mapping[str, Figure]) -> Choices:
    """What can be exported, in which form, of where, of which procedure and which parameter."""
    names, w = ground.names, words(ground.names.language)
    site = names.site
    procedures = [Option(name, plan.procedure.title.into(names.language)) for name, plan in ground.plans.items()]
    procedures.sort(key=lambda one: one.title)
    books = tuple(Option(f"book:{id_}", one.title.into(names.language)) for id_, one in (site.books.items() if site else ()))
    lists = tuple(Option(view, text) for view, text in _views(names.language).items())
    answers = tuple(Option(f"answers:{one.id}", one.title) for one in procedures)
    places = tuple(Option(name, one.title.into(names.language)) for name, one in (site.places.items() if site else ()))
    whats = ((str(w.export_lists), lists), (str(w.export_answers), answers), (str(w.export_books), books))
    forms = {"csv": w.export_csv, "xlsx": w.export_xlsx, "json": w.export_json, "pdf": w.export_pdf}
    return Choices(
        tuple(one for one in whats if one[1]),
        tuple(Option(one, forms[one]) for one in FORMS),
        places,
        tuple(procedures),
        tuple(options(figures, names)),
    )


def _views(language: Language) -> Mapping[View, str]:
    w = words(language)
    return {
        "runs": w.export_view_runs, "readings": w.export_view_readings, "deviations": w.export_view_deviations,
        "cases": w.export_view_cases,
    }  # fmt: skip


def what_of(text: str) -> tuple[View, str] | None:
    """View and procedure or book of a choice; None for anything else."""
    name, _, of = text.partition(":")
    view = next((one for one in VIEWS if one == name), None)
    return (view, of) if view and bool(of) == (view in _OF) else None


def carried(asked: Asked) -> tuple[tuple[str, str], ...]:
    """The conditions the form does not ask itself."""
    return tuple(pair for pair in asked.pairs() if pair[0] not in _OWN)


def conditions(ground: Ground, asked: Asked) -> tuple[str, ...]:
    """The same in words."""
    told = [chip.text for chip in chips(ground, replace(asked, place="", since="", until=""))]
    return tuple(told[bool(asked.procedure) :])


def unheeded(asked: Wanted, language: Language) -> str:
    """Why what was asked cannot be narrowed so."""
    w = words(language)
    told = {"book": w.export_book_narrowed, "answers": w.export_answers_narrowed}
    return str(told.get(asked.view, w.export_parameter_for))


def file_view(one: Export, names: Names, person: str) -> ExportView:
    """A file as the page lists it."""
    w = words(names.language)
    is_done, at = one.state == "done", one.ended_at or one.at
    return ExportView(
        id=one.id,
        title=one.title,
        form=one.form.upper(),
        who=f"{names.person(one.by)} · {stamp(one.at, names)}",
        conditions=one.conditions,
        told=_told(one, names.language),
        share=_share(one),
        is_running=one.state == "running",
        is_bad=one.state in ("failed", "stopped", "too_long", "no_pdf"),
        may_go_on=one.state in ("failed", "stopped", "cancelled"),
        is_own=one.by == person,
        download=f"/review/exports/{one.id}/file" if is_done else "",
        digest=one.sha256,
        kept=w.export_kept.format(at=stamp(at + KEPT, names)[:-3]) if is_done else "",
    )


def _told(one: Export, language: Language) -> str:
    w, done = words(language), one.done
    halted = {"cancelled": w.export_cancelled, "stopped": w.export_stopped, "failed": w.export_failed}
    halted |= {"too_long": w.export_too_long.format(rows=f"{done.rows:,}", most=f"{MOST:,}"), "no_pdf": w.export_no_pdf}
    if one.state in halted:
        return str(halted[one.state])
    if one.state == "done":
        return str(w.export_made.format(rows=f"{done.rows:,}", size=size_text(one.size)))
    if one.is_gathered:
        return str(w.export_writing.format(written=f"{one.written:,}", rows=f"{done.rows:,}"))
    if not one.total:
        return str(w.export_waiting)
    return str(w.export_progress.format(gone=f"{done.gone:,}", total=f"{one.total:,}", rows=f"{done.rows:,}"))


def _share(one: Export) -> int:
    """Reading is four fifths of it."""
    if one.is_gathered:
        return 80 + 20 * min(one.written, one.done.rows) // max(one.done.rows, 1)
    return 80 * min(one.done.gone, one.total) // max(one.total, 1)


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size / 1000, 0.1):.1f} kB"
