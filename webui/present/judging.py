"""The sign-off of a run as its record shows it: where its review stands, who judged what, and the forms that judge it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.directory import Directory
from engine.procedure.step import Register
from engine.run.events import Happened, RowSettled
from engine.run.refusal import Refusal
from engine.run.review_events import REVIEWING, ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.standing import Run
from engine.wording import told
from webui.present.closings import NONE_CLOSED, ClosedRows
from webui.present.faces import Option
from webui.present.looking import NO_MISTAKE, Look, Mistake
from webui.present.pin_resets import beside_signature
from webui.present.values import stamp

ACTS = ("approve", "return", "ask")
_DIGITS = 16  # of a digest, shown; the events hold it whole
_TONES: Mapping[str, str] = {
    "open": "due", "asked": "waiting", "answered": "waiting", "returned": "waiting", "approved": "done", "reopened": "overdue",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """One act of the review."""

    tone: str
    word: str
    text: str
    step: str
    step_id: str
    by: str
    role: str
    at: str
    digest: str
    is_outdated: bool  # an approval after which the run was changed
    saw: str  # the rows that were closed when it was approved
    pin: str  # of an approval, that it was given with a PIN which somebody else's code had set


@dataclass(frozen=True, slots=True)
class SignOff:
    """Where the review of a run stands for one person, with everything the forms need."""

    run: str
    version: int
    tone: str
    word: str
    since: str  # what changed after it was approved, and which rows were closed then
    history: tuple[Judgement, ...]
    may: frozenset[str]
    why_not: str
    meaning: str  # what approving says and signs
    warning: str
    steps: tuple[Option, ...]
    to_answer: str  # where those who did the run put it right; "" for others
    news: str  # where it changed since it was read
    queue: str  # the queue that somebody came from, as its address holds it
    csrf: str
    command_id: str
    mistake: Mistake

    def kept(self, act: str, name: str) -> str:
        """What was typed in a field of the form that was refused."""
        return self.mistake.first(name) if self.mistake.act == act else ""


def sign_off(
    look: Look, history: Sequence[Happened], mistake: Mistake = NO_MISTAKE, *, has_part: bool = False, queue: str = "",
    closed: ClosedRows = NONE_CLOSED, directory: Directory,
) -> SignOff | None:  # fmt: skip
    """The sign-off of a run that is over; None for one that is not. `has_part`: whether whoever looks does such runs; `closed`:
    how rows that it wrote were closed; `directory`: what was done to the accounts of those who approved.
    """
    state, w = look.run.state, look.w
    if not state.is_over:
        return None
    judges, review = "review" in look.actor.may, state.review
    is_own = judges and look.actor.person in (*state.hands, *(one.by for one in closed.values()))
    open_ = sum(one.is_unsettled for one in state.deviations.values())
    seen = mistake.first("v") if mistake.act in ACTS else ""
    return SignOff(
        run=state.run,
        version=state.version,
        tone=_TONES[review.status],
        word=str(getattr(w, f"review_is_{review.status}")),
        since=_since(look, history, closed),
        history=tuple(_judgements(look, history, closed, directory)),
        may=frozenset(_may(review.status)) if judges and not is_own else frozenset(),
        why_not=told(Refusal("own_run", facts={"person": look.actor.name}), look.names.language) if is_own else "",
        meaning=_meaning(look),
        warning=str(w.approve_with_open).format(count=open_) if open_ else "",
        steps=tuple(Option(placed.id, look.faces[placed.id].title) for placed in look.run.plan.steps),
        to_answer=f"/runs/{state.run}" if review.is_back and has_part else "",
        news=look.names.listed(_changed(look, history, int(seen))) if seen.isdecimal() else "",
        queue=queue,
        csrf=look.csrf,
        command_id=look.fresh(),
        mistake=mistake if mistake.act in (*ACTS, "answer") else NO_MISTAKE,
    )


def _may(status: str) -> Iterator[str]:
    yield "ask"
    if status != "approved":
        yield "approve"
    if status != "returned":
        yield "return"


def _meaning(look: Look) -> str:
    """What approving signs; and what becomes of it where the run may write rows that are closed later."""
    has_rows = any(isinstance(placed.step, Register) for placed in look.run.plan.steps)
    meaning = str(look.w.approve_meaning).format(name=look.actor.name)
    return (meaning + ("" if look.names.language == "zh" else " ") + str(look.w.approve_rows_later)) if has_rows else meaning


def _since(look: Look, history: Sequence[Happened], closed: ClosedRows) -> str:
    """That what was approved was changed, and where; and which rows were closed since."""
    review, w = look.run.state.review, look.w
    approved = [one for one in history if isinstance(one.event, RunApproved)]
    before = _closed_before(history, closed, approved[-1]) if approved else closed
    rows = _rows(look, {row: one for row, one in closed.items() if row not in before})
    others = [one for one in history if not isinstance(one.event, RowSettled)]
    where = look.names.listed(_changed(look, others, review.covers)) if review.status == "reopened" else ""
    told_ = ((w.changed_after_approval, where), (w.closed_after_approval, rows))
    return " · ".join(str(sentence).format(where=one) for sentence, one in told_ if one)


def _closed_before(history: Iterable[Happened], closed: ClosedRows, approved: Happened) -> ClosedRows:
    """The rows that were closed when the run was approved. Where the run tells of none, as it once did not, the time says it."""
    told_ = {(one.event.step, one.event.row): one.seq for one in history if isinstance(one.event, RowSettled)}
    return {
        row: one for row, one in closed.items() if (told_[row] < approved.seq if row in told_ else one.at <= approved.recorded_at)
    }


def _rows(look: Look, closed: ClosedRows) -> str:
    """Rows by the title of their step and their number."""
    return look.names.listed(f"{_step_title(look, step)} #{row}" for step, row in sorted(closed))


def _changed(look: Look, history: Iterable[Happened], seen: int) -> tuple[str, ...]:
    """The steps of which something was recorded after `seen`, by title; the run itself where it was no step."""
    news = (one for one in history if one.seq > seen and not isinstance(one.event, REVIEWING))
    return tuple(dict.fromkeys(_where(look, one) or str(look.w.the_run) for one in news))


def _where(look: Look, one: Happened) -> str:
    event, title = one.event, _step_title(look, _step_of(look, one))
    return f"{title} #{event.row}" if isinstance(event, RowSettled) else title


def _step_of(look: Look, one: Happened) -> str:
    deviation = look.run.state.deviations.get(getattr(one.event, "deviation", ""))
    step = getattr(one.event, "step", "") or (deviation.step if deviation else "")
    return look.run.plan.owner.get(step) or step


def _step_title(look: Look, step: str) -> str:
    return look.faces[step].title if step in look.faces else look.names.step(step) if step else ""


def _judgements(look: Look, history: Sequence[Happened], closed: ClosedRows, directory: Directory) -> Iterator[Judgement]:
    for one in history:
        event = one.event
        if not isinstance(event, REVIEWING):
            continue
        step, is_approval = getattr(event, "step", ""), isinstance(event, RunApproved)
        saw = _rows(look, _closed_before(history, closed, one) if is_approval else NONE_CLOSED)
        yield Judgement(
            *_said(look, event),
            step=_step_title(look, step),
            step_id=step,
            by=event.name if isinstance(event, RunApproved) else look.by(one.by),
            role=look.names.role(one.role) if one.role else "",
            at=stamp(one.recorded_at, look.names),
            digest=getattr(event, "digest", "")[:_DIGITS],
            is_outdated=isinstance(event, RunApproved) and event.version < look.run.state.changed_at,
            saw=str(look.w.approval_saw_rows).format(where=saw) if saw else "",
            pin=beside_signature(directory, one.by, one.recorded_at, look.names) if is_approval else "",
        )


def _said(look: Look, event: ReviewAsked | ReviewAnswered | RunReturned | RunApproved) -> tuple[str, str, str]:
    """Tone, word and text of one act."""
    w = look.w
    match event:
        case ReviewAsked():
            return "waiting", str(w.did_ask_back), event.question
        case ReviewAnswered():
            return "later", str(w.did_reply), event.text
        case RunReturned():
            return "overdue", str(w.did_return), event.reason
        case _:
            return "done", str(w.did_approve), event.comment


@dataclass(frozen=True, slots=True)
class Back:
    """What the review wants of those who did a run, on the page where they put it right."""

    run: str
    tone: str
    word: str
    text: str
    step: str
    step_id: str
    by: str
    is_answered: bool
    is_oob: bool
    csrf: str
    command_id: str
    mistake: Mistake


def is_shown(run: Run, roles: Iterable[str]) -> bool:
    """Whether somebody works on the run's own page: while it is under way, and while its review is back with those who did it."""
    return not run.state.is_over or (run.state.review.is_back and not run.plan.parties.isdisjoint(roles))


def asked_about(look: Look) -> str:
    """The step that the review is about, where that is back; "" where there is none."""
    review = look.run.state.review
    return review.step if review.is_back and review.step in look.run.plan.by_id else ""


def back_of(look: Look, mistake: Mistake = NO_MISTAKE, *, is_oob: bool = False) -> Back | None:
    """What was asked or returned, until it is judged again; None where nothing was."""
    review, mark = look.run.state.review, look.run.state.review.mark
    if not review.is_back or mark is None:
        return None
    return Back(
        run=look.run.state.run,
        tone=_TONES[review.status],
        word=str(getattr(look.w, f"back_{review.status}")),
        text=review.text,
        step=_step_title(look, review.step),
        step_id=review.step if review.step in look.run.plan.by_id else "",
        by=f"{look.by(mark.by)} {stamp(mark.at, look.names)[5:16]}",
        is_answered=review.status == "answered",
        is_oob=is_oob,
        csrf=look.csrf,
        command_id=look.fresh(),
        mistake=mistake if mistake.act == "answer" else NO_MISTAKE,
    )
