"""What is proved of a draft, only tested, not known or wrong, claim by claim; what is wrong stands first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.procedure.plan import Plan
from engine.procedure.text import Language
from engine.proving import claim_title, sentence, verdict_word
from engine.trying import Proof

_TONES: Mapping[str, str] = {"failed": "deviation", "unknown": "waiting", "tested": "due", "proved": "done"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one verdict rests on."""

    tone: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A claim with the worst verdict on any part of it."""

    title: str
    tone: str
    verdict: str
    reasons: tuple[Reason, ...]


def proved(found: Iterable[Proof], plan: Plan, language: Language) -> tuple[Proved, ...]:
    """Every claim, in the order of the proofs; of each the wrong and the unknown first."""
    by_claim: dict[str, list[Proof]] = {}
    for one in found:
        by_claim.setdefault(one.claim, []).append(one)
    return tuple(_claim(ones, plan, language) for ones in by_claim.values())


def _claim(ones: list[Proof], plan: Plan, language: Language) -> Proved:
    order = list(_TONES)
    ones = sorted(ones, key=lambda one: order.index(one.verdict))
    reasons = (Reason(_TONES[one.verdict], verdict_word(one.verdict, language), sentence(plan, one, language)) for one in ones)
    worst = ones[0]
    return Proved(
        claim_title(worst.claim, language), _TONES[worst.verdict], verdict_word(worst.verdict, language), tuple(reasons)
    )
