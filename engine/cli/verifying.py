"""What `sop verify` says of what `engine.verifying` found: lines for people, facts for tools."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from engine.bootstrap import Settings, build
from engine.cli.renewing import Telling
from engine.ledger.chain import Broken
from engine.ledger.checkpoints import Checkpoint
from engine.ledger.driver import open_reading
from engine.ledger.entries import Head
from engine.ledger.housekey import unsigned
from engine.ledger.keyring import Change, ring
from engine.ledger.notes import MISSING, NotSigned, given_key, split
from engine.verifying import Stage, Unplayable, Whole, look_since, look_through, not_read, unreadable

MOST = 5  # files that are named


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
    try:
        product = build(settings, tell=Telling())
    except unreadable(settings.url) as error:
        return _broken(Broken(0, not_read(error)))
    try:
        found = look_through(product.engine, settings.data, _quietly, elsewhere)
    finally:
        product.engine.ledger.close()
    match found:
        case Broken():
            return _since_when(_broken(found), settings)
        case Unplayable():
            return Told((f"BROKEN: {found.what}",), {"is_whole": False}, True)
    lines, differing = tuple(_whole(found, elsewhere)), found.lists
    facts = _facts(found.head) | {"is_whole": not differing, "checkpoints": found.checkpoints, "lists": list(differing)}
    if found.unsigned:
        facts |= {"is_whole": False, "unsigned": str(found.unsigned)}
        lines = (*lines, f"UNSIGNED: {found.unsigned}", *_still(found.unsigned.size))
    if differing:
        lists = f"BROKEN lists: {', '.join(differing)} differ from the events; the record itself is whole. Way out: sop rebuild"
        return Told((*lines, lists), facts, True)
    return Told((*lines, "lists agree with the events"), facts, found.unsigned is not None)


def verify_since(settings: Settings) -> Told:
    """Verify what followed the newest checkpoint: chain, receipts, revisions, photos. Everything where there is no checkpoint."""
    found = look_since(settings.url, settings.data, _quietly)
    if isinstance(found, Broken):
        return _since_when(_broken(found), settings)
    size = found.since.size
    since = f"{found.head.size - size} events since the checkpoint of {size}, each as it was written"
    gone = unsigned(settings.url, settings.data)
    told = (f"UNSIGNED: {gone}", *_still(gone.size)) if gone else ()
    facts = _facts(found.head) | {"is_whole": not gone, "since": size} | ({"unsigned": str(gone)} if gone else {})
    return Told((f"{since}; head {found.head.hash.hex()}", *told), facts, gone is not None)


def _since_when(told: Told, settings: Settings) -> Told:
    """With that nothing can be signed, and since when, where that can be read."""
    try:
        gone = unsigned(settings.url, settings.data)
    except unreadable(settings.url):  # NotSigned too, which is a ValueError
        return told
    return replace(told, lines=(*told.lines, f"UNSIGNED: {gone}"), facts=told.facts | {"unsigned": str(gone)}) if gone else told


def _still(size: int) -> tuple[str, ...]:
    """What holds while nothing can be signed."""
    return (
        f"still proven: the {size} events of the newest checkpoint, by its signature and every copy that is kept elsewhere;",
        "what followed, by its chain alone, which whoever may write to the database can make right again",
    )


def _quietly(stage: Stage) -> None:
    """A command line shows no stages: it is over in seconds."""


def kept_elsewhere(file: Path, settings: Settings) -> Checkpoint:
    """The checkpoint of a file, whatever an editor or a mail did to its end and its beginning. Wrong usage where this house's key
    did not sign it.
    """
    reading, given = open_reading(settings.url), given_key(settings.data)
    try:
        note = f"{file.read_text(encoding='utf-8-sig').strip()}\n"
        keys = ring(reading, given)
        key = next((key for name in split(note)[1] if (key := keys.named(name))), keys.newest)
        if key is None:
            raise click.UsageError(MISSING)
        if not key.is_known and key.name in split(note)[1]:
            click.echo(f"its signature cannot be checked: the public key of {key.name} was not kept; its content is", err=True)
            return Checkpoint.unchecked(split(note)[0], note, key)
        return Checkpoint.read(note, key)
    except (NotSigned, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file} is no checkpoint of this record: {error}") from error
    finally:
        reading.close()


def _whole(found: Whole, elsewhere: Checkpoint | None) -> Iterator[str]:
    head, checkpoints = found.head, found.checkpoints
    yield f"{head.size} events, each as it was written; head {head.hash.hex()}"
    yield (
        f"signed checkpoints: {checkpoints}, each fits its events"
        if checkpoints
        else "no checkpoint yet; make one: sop checkpoint"
    )
    yield from map(_changed, found.changes)
    if elsewhere:
        yield f"the record goes on from the checkpoint of {elsewhere.size} events that was given"
    yield "every photo and revision that the record names is there, and unchanged"
    if found.strays:
        named = ", ".join(f"photos/{name}" for name in found.strays[:MOST])
        yield f"no part of the record: {len(found.strays)} files that nothing names, and that their names do not fit: {named}"


def _changed(change: Change) -> str:
    """When the key was changed, by whom, why, and what vouches for the new one."""
    how = "the old key signed that" if change.is_handed_over else "NOT signed by the old key, which was lost"
    at, old, new = f"{change.at[:16].replace('T', ' ')} UTC", change.old.name, change.new.name
    return f"key changed at event {change.seq}, {at}, by {change.by}: {old} -> {new}; {how}; why: {change.reason}"


def _facts(head: Head) -> dict[str, object]:
    return {"events": head.size, "head": head.hash.hex()}


def _broken(found: Broken) -> Told:
    line = f"BROKEN at event {found.seq}: {found.what}" if found.seq else f"BROKEN: {found.what}"
    return Told((line,), {"is_whole": False, "event": found.seq, "what": found.what}, True)
