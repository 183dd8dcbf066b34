"""The rooms of the review, as its tabs show them; each for those who may enter it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.procedure.text import Language
from webui.words import words

TABS: Mapping[str, tuple[str, str]] = {
    "queue": ("/review", "review"),
    "find": ("/review/runs", "review"),
    "trends": ("/review/trends", "review"),
    "reports": ("/review/reports", "review"),
    "proof": ("/review/proof", "review"),
    "exports": ("/review/exports", "export"),
    "retention": ("/review/retention", "review"),
    "tokens": ("/api-tokens", "export"),
}
"""By the word that names it: where it lies, and the permission it takes."""
_SECOND = "proof"  # from here on: what vouches for the record, and takes it elsewhere


@dataclass(frozen=True, slots=True)
class Tab:
    """One room. `is_second`: it begins the second group."""

    address: str
    word: str
    is_here: bool
    is_second: bool = False


def tabs(here: str, may: Collection[str], language: Language) -> tuple[Tab, ...]:
    """The rooms somebody may enter, the one they are in marked."""
    w = words(language)
    open_ = ((name, address) for name, (address, wanted) in TABS.items() if wanted in may)
    return tuple(Tab(address, str(getattr(w, f"review_{name}")), name == here, name == _SECOND) for name, address in open_)
