"""Where the review of a run stands: the fold of what reviewers did, and of whether the run changed since."""

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from engine.run.review_events import ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.step_state import Mark

Status = Literal["open", "asked", "answered", "returned", "approved", "reopened"]
_Reviewed = ReviewAsked | ReviewAnswered | RunReturned | RunApproved


@dataclass(frozen=True, slots=True)
class Review:
    """`text` is the last question, answer, reason or comment, by `mark`; `step` what it is about, "" for the whole run.

    `covers`: the run_seq up to which it was last approved, 0 where it never was.
    """

    status: Status = "open"
    mark: Mark | None = None
    text: str = ""
    step: str = ""
    covers: int = 0

    @property
    def is_back(self) -> bool:
        """Whether the run is with those who did it, or was and is not judged since: its answers may be amended."""
        return self.status in ("asked", "returned", "answered")

    def after(self, event: _Reviewed, mark: Mark) -> "Review":
        """The review after one more event of it."""
        match event:
            case ReviewAsked():
                return Review("asked", mark, event.question, event.step, self.covers)
            case ReviewAnswered():
                return replace(self, status="answered", mark=mark, text=event.text)
            case RunReturned():
                return Review("returned", mark, event.reason, event.step, self.covers)
            case RunApproved():
                return Review("approved", mark, event.comment, "", event.version)
            case _:
                assert_never(event)  # pragma: no cover - every kind stands above

    def changed(self) -> "Review":
        """The review after the run itself changed: what was approved is no longer all there is."""
        return replace(self, status="reopened") if self.status == "approved" else self


NOT_REVIEWED = Review()
"""Of a run that nobody has looked at."""
