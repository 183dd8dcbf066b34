"""The review queue, clean runs approved together, and the acts that judge one run on its record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.playing import Unplayable
from engine.procedure.plan import Plan
from engine.receipts import Outcome, Receipt
from engine.review.queue import GROUPS, PAGE, Group, Queue, Waiting
from engine.run import commands
from engine.run.refusal import Refusal
from engine.wording import Names, told
from webui.forms import Given, first
from webui.fragments import csrf, fragment, fresh_id, is_fragment, page, said
from webui.pages.engaging import every_name, given, is_command_id, look_at, plans, queries, retired_plans, run_for
from webui.pages.pinning import pin_given
from webui.pages.records import record_answer
from webui.present import queue as shown
from webui.present.faces import Option
from webui.present.looking import NO_MISTAKE, Mistake, mistake_of
from webui.present.reviewing import tabs
from webui.present.runlist import title_of
from webui.present.strange import told as strange_told
from webui.present.values import day_clock
from webui.visitor import permitted, product, visitor

log = structlog.get_logger()
pages = Blueprint("reviewing", __name__)
Answer = Response | WerkzeugResponse
_UNPLAYED = 20  # runs that cannot be played and are named
_MOST_TOGETHER = 100  # runs approved with one PIN: a page of clean ones


def queue() -> Queue:
    """What waits for a reviewer."""
    return Queue(product().engine.ledger)


@pages.get("/review")
@permitted("review")
def queue_page() -> Response:
    """Runs that wait, the riskiest first; one group page by page, or the beginning of each. While somebody fills in the form what
    waits alone.
    """
    asked = shown.asked(request.args)
    if not is_fragment():
        return _queue(asked, done=_just_done())
    answer = fragment("review/_waiting.html", view=_view(asked))
    answer.headers["HX-Replace-Url"] = asked.address(asked.group)
    return answer


def _just_done() -> str:
    """What was done just before: so many approved together, or one run judged."""
    number, run = request.args.get("approved", ""), request.args.get("done", "")
    if number.isascii() and number.isdecimal() and len(number) < 5:
        return str(said().approved_together).format(count=int(number))
    row = queue().found([run], visitor().actor.person).get(run) if run else None
    if row is None or row.review not in ("approved", "returned", "asked"):
        return ""
    return str(getattr(said(), f"just_{row.review}")).format(title=_called(row, every_name()))


def _queue(
    asked: shown.Asked,
    mistake: Mistake = NO_MISTAKE,
    left: Iterable[shown.Left] = (),
    status: int = 200,
    done: str = "",
) -> Response:
    view = _view(asked, mistake, left, done)
    title = said().review_queue if asked.group is None else f"{getattr(said(), f'queue_{asked.group}')} · {said().review_queue}"
    return page("review/queue.html", title, "review", status, view=view)


def _view(
    asked: shown.Asked, mistake: Mistake = NO_MISTAKE, left: Iterable[shown.Left] = (), done: str = ""
) -> shown.QueuePage:  # fmt: skip
    engine, who = product().engine, visitor()
    asked = replace(asked, procedure=engine.renamed.present(asked.procedure))
    names = Names(who.language, engine.site, None, engine.directory.now().people)
    counts = queue().counts(asked.wanted(engine.site, engine.renamed))
    groups: tuple[Group, ...] = (asked.group,) if asked.group else tuple(one for one in GROUPS if counts[one])
    leaves = {one: _leaf(asked, one) for one in groups}
    unplayed, ticked = engine.unplayed.known(), mistake.typed.get("run", ())
    ground = shown.Desk(names, engine.clock.now(), every_name(), unplayed, who.actor.name, ticked)
    blocks = tuple(shown.block(ground, asked, one, counts[one], leaves[one]) for one in groups)
    return shown.QueuePage(
        tabs=tabs("queue", who.actor.may, who.language),
        asked=asked,
        places=tuple(Option(name, place.title.into(who.language)) for name, place in engine.site.places.items()),
        procedures=tuple(_procedures(asked)),
        chips=shown.chips(asked, counts, names),
        blocks=blocks,
        total=sum(counts.values()),
        strange=str(said().find_backwards) if asked.is_backwards else _strange(names),
        unplayed=tuple(_unplayed(ground)),
        marked=counts["again"] + counts["marked"],
        done=done,
        upcoming=shown.upcoming(blocks) if done and "done" in request.args else None,
        left=tuple(left),
        mistake=mistake,
        csrf=csrf(),
        command_id=mistake.first("c") or fresh_id(),
    )


def _procedures(asked: shown.Asked) -> Iterator[Option]:
    """The procedures to choose from: those in use, then those that no longer are and of which runs still wait."""
    language, engine, retired = visitor().language, product().engine, retired_plans()
    yield from (Option(name, plan.procedure.title.into(language)) for name, plan in plans().items())
    waiting = queue().of({old for name in retired for old in engine.renamed.names(name)})
    for name, plan in retired.items():
        if name == asked.procedure or not waiting.isdisjoint(engine.renamed.names(name)):
            yield Option(name, str(said().find_gone).format(title=plan.procedure.title.into(language)))


def _unplayed(ground: shown.Desk) -> Iterator[tuple[str, str]]:
    """Runs that cannot be played, the latest found first: a reviewer is told of them wherever they are."""
    newest = ground.unplayed[::-1]
    rows = queries().rows(newest[:_UNPLAYED])
    for run in (one for one in newest if one in rows):
        row = rows[run]
        yield run, f"{ground.title(row.procedure, row.title_zh)} {row.number or ground.at(row.started_at)}"


def _strange(names: Names) -> str:
    """What of the address makes no sense and was left out; where it names what is not there, that is said instead."""
    args, engine = request.args, product().engine
    place, procedure = args.get("place", ""), args.get("procedure", "")
    known = (
        (place, place in engine.site.places),
        (procedure, engine.renamed.present(procedure) in {**plans(), **retired_plans()}),
    )
    gone = [name for name, is_there in known if name and not is_there]
    if gone:
        return str(said().find_gone_told).format(names=names.listed(gone))
    return strange_told(shown.strange(args), names)


def _leaf(asked: shown.Asked, group: Group) -> shown.Leaf:
    """The page of a group that is asked for; beside others its beginning. What lies before and fills no page is the first."""
    most = shown.SHOWN if asked.group is None else _MOST_TOGETHER if group == "clean" else PAGE
    key, is_back = (asked.before or asked.after, asked.before is not None) if asked.group else (None, False)
    engine, person = product().engine, visitor().actor.person
    wanted = asked.wanted(engine.site, engine.renamed)
    rows = queue().page(group, person, wanted, key, most + 1, is_back=is_back)
    has_more = len(rows) > most
    if is_back and has_more:
        return shown.Leaf(rows[-most:], has_previous=True, has_following=True)
    if is_back:
        key, rows = None, queue().page(group, person, wanted, None, most + 1)
    return shown.Leaf(rows[:most], has_previous=key is not None and bool(rows), has_following=len(rows) > most)


# -- clean runs together ---------------------------------------------------------------------------------------------------


@pages.post("/review/approve")
@permitted("review")
def approve_together() -> Answer:
    """Approve every ticked run, each by an approval of its own; whatever cannot be is left, and told."""
    form = given()
    runs, asked = tuple(dict.fromkeys(form.get("run", ()))), shown.asked({name: first(form, name) for name in form})
    if not is_command_id(first(form, "c")) or len(runs) > _MOST_TOGETHER:
        abort(400)
    wrong = pin_given(form) if runs else Refusal("none_ticked")
    if wrong is not None:
        names = Names(visitor().language, product().engine.site)
        return _queue(asked, mistake_of(wrong, names, form, "together"), status=422)
    rows, known = queue().found(runs, visitor().actor.person), every_name()
    refused = {run: outcome for run in runs if isinstance(outcome := _approved(run, rows.get(run), form), Refusal)}
    count = len(runs) - len(refused)
    if not refused:
        return redirect(f"{_with(asked.address(asked.group), f'approved={count}')}", 303)
    left = [_left(run, rows.get(run), known, outcome) for run, outcome in refused.items()]
    return _queue(asked, left=left, status=422, done=str(said().approved_together).format(count=count))


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _approved(run: str, row: Waiting | None, form: Given) -> Outcome:
    """One of those ticked together. Its command is named by the form and the run: sent again it is the same."""
    if row is None:
        return Refusal("unknown_run")
    if row.review != "approved" and (row.risk or row.review != "open"):
        return Refusal("run_changed" if _number(first(form, f"v.{run}")) < row.version else "not_clean")
    name = sha256(f"{first(form, 'c')} {run}".encode()).hexdigest()[:40]
    try:
        return _given(run, commands.ApproveRun(verified=True), name, first(form, f"v.{run}"))
    except Unplayable as error:  # one that cannot be read keeps none of the others from being approved
        log.error("run_unplayable", run=run, what=error.what, path=request.path)
        return Refusal("cannot_be_read")


def _given(run: str, act: commands.Act, name: str, seen: str) -> Outcome:
    """Give a judgement with the version that was read; one that names none has read nothing."""
    engine = product().engine
    return engine.give(commands.Command(name, run, visitor().actor, engine.clock.now(), act, _number(seen)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _left(run: str, row: Waiting | None, known: Mapping[str, Plan], refusal: Refusal) -> shown.Left:
    names = Names(visitor().language, product().engine.site)
    if row is None:
        return shown.Left("", run, told(refusal, names.language, names))
    return shown.Left(run, _called(row, known), told(refusal, names.language, names))


def _called(row: Waiting, known: Mapping[str, Plan]) -> str:
    """A run by its title and its number, or when it was over: of many alike that says which."""
    names = Names(visitor().language, product().engine.site)
    when = day_clock(row.finished_at, product().engine.clock.now(), names)
    return f"{title_of(known, row.procedure, row.title_zh, names.language)} {row.number or when}"


# -- one run ---------------------------------------------------------------------------------------------------------------


@pages.post('/runs/<run>/review/<any("approve", "return", "ask"):judgement>')
@permitted("review")
def judge_post(run: str, judgement: str) -> Answer:
    """Approve a run with the PIN, return it, or ask about it. What was typed stays where it is refused; a PIN never does."""
    who, form = visitor(), given()
    run_for(who, run)
    if not is_command_id(first(form, "c")):
        abort(400)
    wrong = pin_given(form) if judgement == "approve" else None
    outcome = wrong or _given(run, _act(judgement, form), first(form, "c"), first(form, "v"))
    if isinstance(outcome, Receipt):
        return redirect(_with(_way_back(first(form, "queue")), f"done={run}"), 303)
    look = look_at(who, who.engine.run(run))
    kept = {name: values for name, values in form.items() if name != "pin"}
    return record_answer(look, mistake_of(outcome, look.names, kept, judgement), 409 if outcome.code == "run_changed" else 422)


def _way_back(query: str) -> str:
    """The queue as it was when somebody opened a run from it."""
    asked = shown.asked(dict(parse_qsl(query)))
    return asked.address(asked.group)


def _act(judgement: str, form: Given) -> commands.Act:
    match judgement:
        case "approve":
            return commands.ApproveRun(verified=True, comment=first(form, "comment"))
        case "return":
            return commands.ReturnRun(first(form, "why"), first(form, "step"))
        case _:
            return commands.AskReview(first(form, "question"), first(form, "step"))
