"""What `sop verify` checks beyond the chain: checkpoints, photos, revisions, and the lists; and the words for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from engine.bootstrap import Settings, build
from engine.evidence.holdings import check_holdings
from engine.ledger import witness
from engine.ledger.chain import Broken
from engine.ledger.checkpoints import Checkpoint
from engine.ledger.entries import Head
from engine.ledger.notes import NotSigned, VerifierKey, signing_key


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome, as lines for people and facts for tools."""

    lines: tuple[str, ...]
    facts: dict[str, object]
    is_broken: bool


def verify(settings: Settings, elsewhere: Checkpoint | None = None) -> Told:
    """Verify chain, receipts, revisions, checkpoints and photos; then the projections, where all of that is whole.

    `elsewhere` is a checkpoint that somebody kept: only such a one shows a record that was cut short or written anew.
    """
    product = build(settings)
    try:
        ledger = product.engine.ledger
        found = ledger.verify()
        if isinstance(found, Broken):
            return _broken(found)
        url, key = ledger.url.render_as_string(hide_password=False), signing_key(settings.data).verifier
        kept = witness.check_kept(url, key)
        others = _first(
            (lambda: kept if isinstance(kept, Broken) else None),
            (lambda: witness.check_elsewhere(url, elsewhere) if elsewhere else None),
            (lambda: check_holdings(url, settings.data / "photos")),
        )
        if others:
            return _broken(others)
        differing = product.engine.differing_lists()
    except (KeyError, ValueError, AssertionError) as error:
        return Told((f"BROKEN: the events cannot be played again ({type(error).__name__}: {error})",), {"is_whole": False}, True)
    finally:
        product.engine.ledger.close()
    assert isinstance(kept, witness.Kept)
    lines = tuple(_whole(found.head, kept, elsewhere))
    facts = _facts(found.head) | {"is_whole": not differing, "checkpoints": kept.count, "lists": list(differing)}
    if differing:
        lists = f"BROKEN lists: {', '.join(differing)} differ from the events; the record itself is whole. Way out: sop rebuild"
        return Told((*lines, lists), facts, True)
    return Told((*lines, "lists agree with the events"), facts, False)


def verify_since(settings: Settings) -> Told:
    """Verify what followed the newest checkpoint: chain, receipts, revisions, photos. Everything where there is no checkpoint."""
    key = signing_key(settings.data).verifier
    found = witness.check_since(settings.url, key)
    if isinstance(found, Broken):
        return _broken(found)
    size = found.since.size
    if broken := check_holdings(settings.url, settings.data / "photos", size):
        return _broken(broken)
    since = f"{found.head.size - size} events since the checkpoint of {size}, each as it was written"
    return Told((f"{since}; head {found.head.hash.hex()}",), _facts(found.head) | {"is_whole": True, "since": size}, False)


def kept_elsewhere(file: Path, settings: Settings) -> Checkpoint:
    """The checkpoint of a file. Wrong usage where this house's key did not sign it."""
    try:
        return Checkpoint.read(file.read_text(encoding="utf-8"), key_of(settings))
    except (NotSigned, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file} is no checkpoint of this record: {error}") from error


def key_of(settings: Settings) -> VerifierKey:
    """The public key of a data folder."""
    return signing_key(settings.data).verifier


def _first(*checks: Callable[[], Broken | None]) -> Broken | None:
    return next((found for check in checks if (found := check())), None)


def _whole(head: Head, kept: witness.Kept, elsewhere: Checkpoint | None) -> Iterator[str]:
    yield f"{head.size} events, each as it was written; head {head.hash.hex()}"
    yield (
        f"signed checkpoints: {kept.count}, each fits its events" if kept.count else "no checkpoint yet; make one: sop checkpoint"
    )
    if elsewhere:
        yield f"the record goes on from the checkpoint of {elsewhere.size} events that was given"
    yield "every photo and revision that the record names is there, and unchanged"


def _facts(head: Head) -> dict[str, object]:
    return {"events": head.size, "head": head.hash.hex()}


def _broken(found: Broken) -> Told:
    line = f"BROKEN at event {found.seq}: {found.what}" if found.seq else f"BROKEN: {found.what}"
    return Told((line,), {"is_whole": False, "event": found.seq, "what": found.what}, True)
