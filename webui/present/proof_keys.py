"""The keys that sign checkpoints, on the page of the proof: how they were changed, and that nothing can be signed now."""

from dataclasses import dataclass

from engine.ledger.housekey import Unsigned
from engine.ledger.keyring import Change
from engine.ledger.times import instant
from engine.wording import Names
from webui.present.values import stamp
from webui.words import words


@dataclass(frozen=True, slots=True)
class UnsignedView:
    """Since when nothing was signed, why, what is proven still, and what to do."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of the key: when and by whom, and what vouches for the new one."""

    at: str
    who: str
    lines: tuple[str, ...]
    is_handed_over: bool


def unsigned_view(found: Unsigned, names: Names) -> UnsignedView:
    """That nothing can be signed, in plain words."""
    w = words(names.language)
    why = {"missing": w.unsigned_missing, "damaged": w.unsigned_damaged, "other": w.unsigned_other.format(key=found.key)}[
        found.why
    ]
    still = w.unsigned_still.format(size=f"{found.size:,}")
    after = (w.unsigned_after.format(events=f"{found.events:,}"),) if found.events else ()
    return UnsignedView(w.unsigned_title.format(at=stamp(found.at, names)), (why, still, *after, w.unsigned_do))


def change_view(change: Change, names: Names) -> ChangeView:
    """A change of the key, in plain words."""
    w, is_handed_over = words(names.language), change.is_handed_over
    lines = (
        w.keys_changed.format(seq=f"{change.seq:,}", new=change.new.name, old=change.old.name),
        w.keys_handed if is_handed_over else w.keys_lost,
        w.keys_why.format(reason=change.reason),
    )
    return ChangeView(stamp(instant(change.at), names), names.person(change.by), lines, is_handed_over)
