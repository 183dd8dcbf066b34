"""Questions that the data raise, with what raises them: never verdicts. Read-only; a reviewer opens the run and asks there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.ledger.store import Ledger
from engine.procedure.plan import Plan
from engine.review.questions.acts import Burst, Early, acted_early, bursts
from engine.review.questions.clocks import Off, clocks_off
from engine.review.questions.values import Alike, Heaped, Same, values_asked
from engine.review.renamed import NEVER, Renamed

__all__ = ["KINDS", "MOST", "Alike", "Burst", "Early", "Heaped", "Off", "Period", "Question", "Raised", "Same", "raised"]
MOST = 30
"""Questions of one kind that are shown, the newest or plainest first; more are only counted."""
HISTORY = timedelta(days=90)
"""So much longer readings are looked at: what is usual is not told from a week."""
KINDS = ("burst", "same", "alike", "early", "heaped", "off")
"""The kinds of questions, in order."""
Question = Burst | Same | Alike | Early | Heaped | Off


@dataclass(frozen=True, slots=True)
class Period:
    """What is asked about: what happened in [since, until), of one procedure or place or of all."""

    since: datetime
    until: datetime
    procedure: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """The questions by kind; `cut`: kinds of which there was more to look at than is looked at."""

    bursts: tuple[Burst, ...]
    same: tuple[Same, ...]
    alike: tuple[Alike, ...]
    early: tuple[Early, ...]
    heaped: tuple[Heaped, ...]
    off: tuple[Off, ...]
    cut: frozenset[str]

    def __iter__(self) -> Iterator[tuple[str, tuple[Question, ...]]]:
        """The kinds with their questions, in order."""
        yield from (
            ("burst", self.bursts),
            ("same", self.same),
            ("alike", self.alike),
            ("early", self.early),
            ("heaped", self.heaped),
            ("off", self.off),
        )


def raised(ledger: Ledger, period: Period, plans: Mapping[str, Plan], renamed: Renamed = NEVER) -> Raised:
    """Every question of a period. `plans`: of the procedures that are looked at, by present name."""
    wanted = renamed.present(period.procedure)
    chosen = {name: plan for name, plan in plans.items() if wanted in ("", name)}
    times = (period.since, period.until, period.place)
    burst, is_burst_cut = bursts(ledger, chosen, *times, renamed)
    values = values_asked(ledger, chosen, period.since - HISTORY, *times, renamed)
    off, is_clock_cut = clocks_off(ledger, period.since, period.until) if not (period.procedure or period.place) else ((), False)
    cut = {"burst": is_burst_cut, "off": is_clock_cut, **dict.fromkeys(("same", "alike", "heaped"), values.is_cut)}
    early, kinds_cut = acted_early(ledger, chosen, *times, renamed), frozenset(kind for kind, is_so in cut.items() if is_so)
    return Raised(burst, values.same, values.alike, early, values.heaped, off, kinds_cut)
