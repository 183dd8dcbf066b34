"""Deciding the review of a run that is over: ask, answer, return, approve. Whoever had a hand in it, or answered
for it, does not judge it.

Sources: EU GMP Annex 11 §9 and §14, 21 CFR 11.50 and 11.70 (a signature with its meaning, bound to what it signs).
"""

from engine.run import commands
from engine.run.desk import Desk, Refused
from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned


def ask(desk: Desk, act: commands.AskReview) -> None:
    """Ask those who did the run a question."""
    _must_be_theirs(desk, act.step)
    desk.add(ReviewAsked(desk.reason(act.question), act.step))


def answer(desk: Desk, act: commands.AnswerReview) -> None:
    """Answer what was asked, or say that what was returned is put right. By those who do the run."""
    if not desk.state.review.is_back:
        raise Refused("nothing_asked")
    desk.take_role(tuple(dict.fromkeys((*desk.run.plan.doers, *desk.run.plan.parties))))
    desk.add(ReviewAnswered(desk.reason(act.text)))


def send_back(desk: Desk, act: commands.ReturnRun) -> None:
    """Return the run with what is to be put right; also one that was approved before."""
    _must_be_theirs(desk, act.step)
    if desk.state.review.status == "returned":
        raise Refused("already_returned")
    desk.add(RunReturned(desk.reason(act.reason), desk.state.version, _digest(act.digest), act.step))


def approve(desk: Desk, act: commands.ApproveRun) -> None:
    """Approve the run as it stands. The PIN was given again, just now."""
    _must_be_theirs(desk, "")
    if desk.state.review.status == "approved":
        raise Refused("already_approved")
    if not act.verified:
        raise Refused("pin_needed")
    comment = desk.remark(act.comment)
    desk.add(RunApproved(desk.actor.name, desk.state.version, _digest(act.digest), comment))


def _must_be_theirs(desk: Desk, step: str) -> None:
    """Refuse what is not over, has changed since it was read, and whoever may not judge it or had a hand in it."""
    if "review" not in desk.actor.may:
        raise Refused("not_permitted", permission="review")
    if not desk.state.is_over:
        raise Refused("not_over", state=desk.state.status)
    if desk.actor.person in desk.state.hands:
        raise Refused("own_run", person=desk.actor.name)
    seen = desk.command.version
    if seen is not None and not desk.state.changed_at <= seen <= desk.state.version:  # nobody has read what is yet to come
        raise Refused("run_changed", version=desk.state.version)
    if step and step not in desk.run.plan.by_id:
        raise Refused("unknown_step", step)
    desk.role = next((role for role in desk.actor.roles if desk.run.plan.site.may((role,), "review")), desk.actor.roles[0])


def _digest(digest: str) -> str:
    """What is judged is named: the engine gives the digest, never whoever asks."""
    if not digest:
        raise ValueError("the digest of the run is missing")
    return digest
