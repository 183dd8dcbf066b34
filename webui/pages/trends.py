"""The trends: readings over time, times kept, deviations that came again, time per step, and the questions that data raise."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, jsonify, request

from engine.procedure.plan import Plan
from engine.procedure.unit import Unit
from engine.review.questions import Period, raised
from engine.review.trends.limits import LimitsThen
from engine.review.trends.missed import MissedTimes
from engine.review.trends.paces import Paced, Paces
from engine.review.trends.punctuality import Punctuality
from engine.review.trends.readings import Readings, Wanted, decimals_of, units_of
from engine.review.trends.repeated import Repetitions
from engine.revisions import SITE
from engine.wording import Names
from webui.fragments import page, said
from webui.pages.engaging import plans
from webui.pages.measuring import measured
from webui.present import trends_kept, trends_lists, trends_questions
from webui.present import trends_readings as shown
from webui.present.measured import Figure, options
from webui.present.reviewing import tabs
from webui.present.strange import told
from webui.present.trending import Asked, Head, asked, head, strange
from webui.present.trends_closer import points
from webui.visitor import devices, permitted, product, visitor

pages = Blueprint("trends", __name__)
_QUESTION_DAYS = 30
_NOTHING = Paced(0, {}, False)


@pages.get("/review/trends")
@permitted("review")
def readings_page() -> Response:
    """A parameter over time."""
    figures = measured(_names())
    wanted = _with_parameter(_asked(), figures)
    top = _head("readings", wanted, figures)
    view = shown.readings_page(top, _subject(wanted, figures))
    return _page("readings", view, top)


@pages.get("/review/trends/points")
@permitted("review")
def points_view() -> Response:
    """Every point of the same chart, for a script that looks closer."""
    figures = measured(_names())
    return jsonify(points(_subject(_with_parameter(_asked(), figures), figures)))


@pages.get("/review/trends/kept")
@permitted("review")
def kept_page() -> Response:
    """On time, late, missed."""
    wanted, engine = _asked(), product().engine
    top = _head("kept", wanted)
    unit = trends_kept.unit_of(wanted)
    kept = Punctuality(engine.ledger, engine.site.zone, engine.renamed).kept(
        wanted.since, wanted.until, unit, wanted.procedure, wanted.place
    )
    since, until = wanted.moments(engine.site)
    behind = request.args.get("after", "")[:200]
    missed = MissedTimes(engine.ledger, engine.renamed).page(
        since, until, wanted.procedure, wanted.place, behind, trends_kept.PAGE + 1
    )
    return _page("kept", trends_kept.kept_page(top, kept, missed, _names(), _ever()), top)


@pages.get("/review/trends/repeated")
@permitted("review")
def repeated_page() -> Response:
    """Deviations that came again."""
    wanted, engine = _asked(), product().engine
    top = _head("repeated", wanted)
    found = Repetitions(engine.ledger, engine.renamed).found(*wanted.moments(engine.site), wanted.procedure, wanted.place)
    return _page("repeated", trends_lists.repeated_page(top, found, _names(), _ever(), engine.clock.now()), top)


@pages.get("/review/trends/pace")
@permitted("review")
def pace_page() -> Response:
    """How long the steps of a procedure take, against the time of the same length before."""
    wanted, engine = _asked(), product().engine
    top = _head("pace", wanted)
    since, until = wanted.moments(engine.site)
    paces, name = Paces(engine.ledger, engine.renamed), wanted.procedure
    now = paces.of(name, since, until, wanted.place) if name else _NOTHING
    before = paces.of(name, since - (until - since), since, wanted.place) if name else _NOTHING
    view = trends_lists.pace_page(top, now, before, _names(), _ever().get(name), is_chosen=bool(name))
    return _page("pace", view, top)


@pages.get("/review/trends/questions")
@permitted("review")
def questions_page() -> Response:
    """Questions that the data raise."""
    wanted, engine = _asked(_QUESTION_DAYS), product().engine
    top = _head("questions", wanted)
    found = raised(engine.ledger, Period(*wanted.moments(engine.site), wanted.procedure, wanted.place), plans(), engine.renamed)
    known = devices().now()
    view = trends_questions.questions_page(top, found, trends_questions.Telling(_names(), _ever(), known, engine.clock.now()))
    return _page("questions", view, top)


def _page(room: str, view: object, top: Head) -> Response:
    title = f"{said().review_trends} · {getattr(said(), f'trends_{room}')}"
    return page(f"review/trends_{room}.html", title, "review", 422 if top.mistake else 200, view=view, head=top)


def _names() -> Names:
    engine = product().engine
    return Names(visitor().language, engine.site, None, engine.directory.now().people)


def _asked(days: int | None = None) -> Asked:
    engine = product().engine
    today = engine.clock.now().astimezone(engine.site.zone).date()
    given: Mapping[str, str] = request.args
    wanted = asked(given, today) if days is None else asked(given, today, days)
    return replace(wanted, procedure=engine.renamed.present(wanted.procedure))


def _head(room: str, wanted: Asked, figures: Mapping[str, Figure] | None = None) -> Head:
    who, names = visitor(), _names()
    top = head(room, wanted, names, tabs("trends", who.actor.may, who.language), plans(), options(figures or {}, names))
    return replace(top, strange=_strange(names, figures))


def _strange(names: Names, figures: Mapping[str, Figure] | None) -> str:
    """What of the address makes no sense and was left out; where it names what is not there, that is said instead."""
    args, known = request.args, {"place": product().engine.site.places, "procedure": _ever()}
    gone = [args[name] for name, there in known.items() if args.get(name) and args[name] not in there]
    if gone:
        return str(said().find_gone_told).format(names=names.listed(gone))
    is_unknown = figures is not None and args.get("parameter", "") not in ("", *figures)
    return told((*strange(args), *(["parameter"] if is_unknown else [])), names)


def _ever() -> Mapping[str, Plan]:
    """Every procedure that was ever in force, under each name it had: what is past keeps its title."""
    engine, found = product().engine, dict(plans())
    directory = engine.directory.now()
    for name, earlier in directory.former.items():
        found |= {old: found[name] for old in earlier if name in found and old not in found}
    given_up = {name: every[-1] for name, every in directory.issued.items() if name not in found and name != SITE}
    return found | {name: engine.plan_of(last.digest) for name, last in given_up.items()}


def _with_parameter(wanted: Asked, figures: Mapping[str, Figure]) -> Asked:
    """The parameter that was asked for, or the first there is."""
    first = next((one.id for one in options(figures, _names())), "")
    name = wanted.parameter if wanted.parameter in figures else first
    return replace(wanted, parameter=name)


def _subject(wanted: Asked, figures: Mapping[str, Figure]) -> shown.Subject:
    engine = product().engine
    since, until = wanted.moments(engine.site)
    some = Readings(engine.ledger, engine.renamed).of(Wanted(wanted.parameter, since, until, wanted.place, wanted.procedure))
    figure, units = figures.get(wanted.parameter, Figure("", Unit(), None)), units_of(some)
    if units:  # readings of different units are never drawn on one scale
        chosen = "" if wanted.unit == shown.NO_UNIT else wanted.unit or None
        unit = chosen if chosen in units else next(iter(units))
        figure = figure if figure.unit == unit else replace(figure, unit=Unit.of(unit))
        some = [one for one in some if (one.unit or "") == unit]
    issued = {name: {one.digest for one in every} for name, every in engine.directory.now().issued.items()}
    decimals = decimals_of(some) if figure.decimals is None else figure.decimals
    limits = LimitsThen(engine.ledger, engine.plan_of, wanted.parameter, issued)
    return shown.Subject(wanted, _names(), figure, some, limits, decimals, units)
