"""What `sop verify` checks beyond the chain: that the lists say what the events say; and the words for it."""

from dataclasses import dataclass

from engine.bootstrap import Settings, build
from engine.ledger.chain import Broken


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome, as lines for people and facts for tools."""

    lines: tuple[str, ...]
    facts: dict[str, object]
    is_broken: bool


def verify(settings: Settings) -> Told:
    """Verify chain, receipts, revisions; then the projections, where the chain is whole."""
    product = build(settings)
    try:
        found = product.engine.ledger.verify()
        if isinstance(found, Broken):
            line = f"BROKEN at event {found.seq}: {found.what}" if found.seq else f"BROKEN: {found.what}"
            return Told((line,), {"is_whole": False, "event": found.seq, "what": found.what}, True)
        differing = product.engine.differing_lists()
    finally:
        product.engine.ledger.close()
    head = found.head
    whole = f"{head.size} events, each as it was written; head {head.hash.hex()}"
    facts: dict[str, object] = {"is_whole": not differing, "events": head.size, "head": head.hash.hex(), "lists": list(differing)}
    if differing:
        lists = f"BROKEN lists: {', '.join(differing)} differ from the events; the record itself is whole. Way out: sop rebuild"
        return Told((whole, lists), facts, True)
    return Told((whole, "lists agree with the events"), facts, False)
