"""What a static check says of one claim about a procedure: proved, only tested, failed or unknown, and by what argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Claim = Literal["reachable", "completable", "deadlines_held", "deadlines_feasible", "bands"]
Verdict = Literal["proved", "tested", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim, the verdict on it, the steps it is about (none: the whole run), and what the verdict rests on.

    `facts["why"]` is the code of the argument, or of the reason where it failed; `engine.proving` has a sentence for each.
    """

    claim: Claim
    verdict: Verdict
    steps: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
