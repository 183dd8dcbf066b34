"""What those who review a run did with it: asked, returned, approved; and what those who did the run answered.

`version` is the run_seq a judgement covers, `digest` is that of the run's events up to there (`engine.ledger.chain.run_digest`):
what was approved is exactly this, and whatever comes later reopens the review.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A question to whoever did the run; `step` where it is about one."""

    question: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAnswered:
    """The answer of those who did the run, to a question or to what was returned."""

    text: str


@dataclass(frozen=True, slots=True)
class RunReturned:
    """Not approved as it stands: what is to be put right. Until it is approved its answers may be amended."""

    reason: str
    version: int
    digest: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class RunApproved:
    """Approved and signed with the PIN by `name`, who had no hand in it."""

    name: str
    version: int
    digest: str
    comment: str = ""


REVIEWING = (ReviewAsked, ReviewAnswered, RunReturned, RunApproved)
"""Events that are about a run, and do not change what it says."""
