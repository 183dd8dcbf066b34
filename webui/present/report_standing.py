"""What is said of a report beside its figures: made late, corrected since, why it is overdue, and whose turn it is."""

from datetime import datetime

from engine.procedure.report import Report
from engine.procedure.text import Language
from engine.review.reports.content import Content, Named
from engine.review.reports.kept import Edition
from engine.review.reports.telling import made_late, moment_text
from engine.run.commands import Actor
from engine.wording import Names
from webui.present.reporting import hand_text, missing_text, zone_of
from webui.words import words


def notes(here: Edition, content: Content, names: Names, *, is_last: bool) -> tuple[str, ...]:
    """What must be known of this edition before its figures are read."""
    w, found, zone = words(names.language), [], zone_of(names)
    if not is_last:
        found.append(str(w.report_superseded))
    if here.edition > 1:
        found.append(str(w.report_edition_note).format(number=here.edition, reason=content.reason))
    if made_late(content):
        facts = {"until": moment_text(content.until, zone), "made": moment_text(content.made_at, zone)}
        found.append(str(w.report_made_late).format(**facts))
    return tuple(found)


def amended_note(count: int, definition: Report | None, names: Names) -> str:
    """That runs it was counted from were corrected since, and who can do something about it; empty where none was."""
    w = words(names.language)
    if not count:
        return ""
    if definition is None:
        return str(w.report_amended_final).format(count=count)
    return str(w.report_amended).format(count=count, roles=names.roles(definition.made_by))


def titles_of(content: Content) -> dict[str, Named]:
    """What procedures and books were called when it was made."""
    return {word: named for table in content.tables for word, named in table.titles.get("of", {}).items()}


def facts(here: Edition, content: Content, names: Names) -> tuple[tuple[str, str], ...]:
    """What is said at its head: the time it covers, when it was made and by whom, when it is due, what was recorded by then."""
    w, zone = words(names.language), zone_of(names)
    by = names.person(here.made_by) if here.made_by else str(w.report_by_clock)
    return (
        (str(w.report_span), f"{moment_text(here.since, zone)} – {moment_text(here.until, zone)}"),
        (str(w.report_made_at), f"{moment_text(here.made_at, zone)} · {by}"),
        (str(w.report_due_by), moment_text(here.due, zone)),
        (str(w.report_ledger), str(content.size)),
    )


def signed_next(here: Edition, report: Report, actor: Actor, language: Language) -> str:
    """What this person may sign now; empty where that is nothing."""
    line = next((one for one in report.sign if one.meaning in here.missing), None)
    if line is None or set(line.by).isdisjoint(actor.roles) or here.is_signed_by(actor.person):
        return ""
    return str(getattr(words(language), f"meaning_{line.meaning}"))


def turn(here: Edition, report: Report, names: Names, actor: Actor, now: datetime) -> str:
    """Why it is late, and what whoever reads this can do: sign, wait for who signs first, or remind them."""
    w, first = words(names.language), next(one for one in report.sign if one.meaning in here.missing)
    told = [_late(here, report, names)] if here.is_late(now) else []
    word = getattr(w, f"report_{_turn(here, report, first.by, actor)}")
    told.append(str(word).format(hands=hand_text(first.meaning, first.by, names)))
    return ("" if names.language == "zh" else " ").join(told)


def _late(here: Edition, report: Report, names: Names) -> str:
    facts = {"due": moment_text(here.due, zone_of(names)), "hands": missing_text(here, report, names)}
    return str(words(names.language).report_late_note).format(**facts)


def _turn(here: Edition, report: Report, first: tuple[str, ...], actor: Actor) -> str:
    roles, has_signed = set(actor.roles), here.is_signed_by(actor.person)
    if not roles.isdisjoint(first):
        return "another_person" if has_signed else "your_turn"
    later = (one for one in report.sign if one.meaning in here.missing)
    return "not_your_turn" if not has_signed and any(not roles.isdisjoint(one.by) for one in later) else "waits_for"
