"""An evidence bundle: everything by which a stranger can check what happened in some runs, in one zip file that is the same every
time it is made of the same record.
"""

import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson
from sqlalchemy import or_, select

from engine.directory import Directory
from engine.drafting import as_happened
from engine.evidence.holdings import digest_of, path_of, revisions_of
from engine.evidence.key_files import key_files
from engine.evidence.outcome import outcome_of
from engine.evidence.page import page
from engine.evidence.row_closings import closings_of, told
from engine.evidence.single import verifier_text
from engine.evidence.unpacking import FROM
from engine.evidence.vaulted import erased_in
from engine.evidence.words import NAME_THEN, README
from engine.ledger import tables
from engine.ledger.chain import envelope
from engine.ledger.checkpoints import Checkpoint, Checkpoints, recalling
from engine.ledger.codec import UNPLAYABLE
from engine.ledger.driver import Reading, open_reading
from engine.ledger.entries import Recorded
from engine.ledger.housekey import house_key
from engine.ledger.merkle import Tree
from engine.ledger.notes import SigningKey
from engine.ledger.pictures import pictures_of
from engine.ledger.sealing import commitments, unseal
from engine.ledger.times import stamp
from engine.ledger.vault import kept_of
from engine.ledger.witness import hashes
from engine.names_then import acts_of, known_then
from engine.review.queries import Queries
from engine.run.state import fold
from engine.service import Engine, UnknownRun

File = tuple[str, bytes]
Found = TypeVar("Found")
Gap = Literal["missing", "damaged"]


class NothingToShow(ValueError):
    """There is no event, or no run, to make a bundle of."""


class Unplayable(Exception):
    """What was recorded of `run`, or "" of all, cannot be read or played any more: something was changed, or taken away."""

    def __init__(self, run: str, what: str) -> None:
        super().__init__(f"{run}: {what}")
        self.run, self.what = run, what


class PhotosGone(Exception):
    """Photos that runs name are not there any more, or are other pictures. `gone`: why, by digest: missing, damaged."""

    def __init__(self, gone: Mapping[str, Gap]) -> None:
        super().__init__(f"{len(gone)} photos are gone: {', '.join(gone)}")
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Written:
    """What a bundle holds. `gaps`: the digests of photos that it says are gone."""

    runs: int
    events: int
    photos: int
    checkpoint: Checkpoint
    gaps: tuple[str, ...] = ()


def runs_between(engine: Engine, since: datetime, until: datetime, place: str = "", procedure: str = "") -> list[str]:
    """The runs that were open at some time of a period, in the order in which they were started; at a place, of a procedure,
    by any name it ever had.
    """
    table = tables.runs
    is_after = or_(table.c.finished_at.is_(None), table.c.finished_at >= since)
    query = select(table.c.run).where(table.c.started_at < until, is_after).order_by(table.c.started_at, table.c.run)
    query = query.where(table.c.place == place) if place else query
    query = query.where(table.c.procedure.in_(engine.renamed.names(procedure))) if procedure else query
    with engine.ledger.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def bundled(engine: Engine, data: Path, runs: Sequence[str], out: Path, *, has_gaps: bool = False) -> Written:
    """Write the bundle of runs with the photos and the key of a `data` folder. Takes and raises what `Bundle.write` does."""
    return Bundle(engine, data / "photos", house_key(engine.ledger, data)).write(runs, out, has_gaps=has_gaps)


class Bundle:
    """One bundle being made. `photos`: the folder of the pictures."""

    def __init__(self, engine: Engine, photos: Path, key: SigningKey) -> None:
        self._engine, self._photos, self._key = engine, photos, key
        self._digests: dict[str, str] = {}
        self._gone: dict[str, Gap] = {}
        self._erased: Mapping[str, str] = {}
        self._events = 0

    def write(self, runs: Sequence[str], out: Path, *, has_gaps: bool = False) -> Written:
        """Write the bundle of these runs; or nothing. Raises UnknownRun, NothingToShow, PhotosGone, Unplayable, NotSigned.

        `has_gaps`: photos that are gone are stated in the manifest, which is signed, and on the pages; none stands in the way.
        """
        checkpoint = Checkpoints(self._engine.ledger, self._key).make(self._engine.clock.now())
        if checkpoint is None or not runs:
            raise NothingToShow("there is nothing to make a bundle of")
        part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
                for name, data in self._files(runs, checkpoint):
                    self._add(archive, name, data)
                self._add(archive, "manifest.txt", self._manifest().encode())
            if self._gone and not has_gaps:
                raise PhotosGone(self._gone)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        photos = sum(1 for name in self._digests if name.startswith("photos/"))
        return Written(len(set(runs)), self._events, photos, checkpoint, tuple(self._gone))

    def _add(self, archive: zipfile.ZipFile, name: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(name, FROM)
        entry.create_system, entry.external_attr = 3, 0o644 << 16
        archive.writestr(entry, data)
        self._digests[name] = sha256(data).hexdigest()

    def _manifest(self) -> str:
        files = self._digests | {f"photos/{digest}.jpg": str(why) for digest, why in self._gone.items()}
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
        return self._key.signed(f"{self._key.verifier.name}\n{listed}")

    def _files(self, runs: Sequence[str], checkpoint: Checkpoint) -> Iterator[File]:
        yield "README.txt", README.encode()
        yield "verify.py", verifier_text().encode()
        yield "key.txt", f"{self._key.verifier}\n".encode()
        yield "checkpoint.txt", checkpoint.note.encode()
        reading = open_reading(self._engine.ledger.url.render_as_string(hide_password=False))
        revisions, photos, directory = (
            dict[str, Mapping[str, Any]](),
            dict[str, None](),
            _readable(self._engine.directory.catch_up),
        )
        try:
            recall = recalling(self._engine.ledger, self._key.verifier)
            tree = Tree(lambda low, high: hashes(reading, low, high), checkpoint.size, recall)
            checkpoints = Checkpoints(self._engine.ledger, self._key)
            yield from key_files(self._engine.ledger, checkpoints, checkpoint.size, lambda one: _proof(one, tree, reading))
            self._erased = _readable(lambda: erased_in(reading))
            for run in sorted(set(runs)):
                try:
                    events = [one for one in self._engine.ledger.log.stream(run) if one.seq <= checkpoint.size]
                    if Queries(self._engine.ledger).run_version(run) is None and not _is_run(events):
                        raise UnknownRun(run)
                    closings = self._closings(run, events, checkpoint.size)
                    bodies = [(one.kind, orjson.loads(unseal(one.body, one.held))) for one in (*events, *closings)]
                    named = dict.fromkeys(digest for _, body in bodies for digest in pictures_of(body))
                    photos |= dict.fromkeys(digest for digest in named if digest in photos or self._is_there(digest))
                    held = dict.fromkeys(digest for kind, body in bodies for digest in revisions_of(kind, body))
                    revisions |= {digest: self._engine.shelf.row(digest) for digest in held if digest not in revisions}
                    files = list(self._run(run, events, closings, tree, reading, directory))
                except UnknownRun:
                    raise
                except UNPLAYABLE as error:
                    raise Unplayable(run, f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error
                yield from files
        finally:
            reading.close()
        for digest, row in sorted(revisions.items()):
            yield f"revisions/{digest}/compiled.json", str(row["compiled"]).encode()
            yield f"revisions/{digest}/source.yaml", str(row["source"]).encode()
        for digest in sorted(photos):
            yield f"photos/{digest}.jpg", path_of(self._photos, digest).read_bytes()

    def _is_there(self, digest: str) -> bool:
        """Whether a photo can be given; one that cannot is noted."""
        path = path_of(self._photos, digest)
        if not path.is_file():
            self._gone[digest] = "missing"
        elif digest_of(path) != digest:
            self._gone[digest] = "damaged"
        return digest not in self._gone

    def _closings(self, run: str, events: Sequence[Recorded], size: int) -> list[Recorded]:
        state = fold(run, [as_happened(event) for event in events])
        return closings_of(self._engine.ledger.log, state, size) if state else []

    def _run(
        self, run: str, events: Sequence[Recorded], closings: list[Recorded], tree: Tree, reading: Reading,
        directory: Directory,
    ) -> Iterator[File]:  # fmt: skip
        history = [as_happened(event) for event in events]
        state = fold(run, history)
        if state is None:
            raise UnknownRun(run)
        self._events += len(events) + len(closings)
        yield f"runs/{run}/events.jsonl", b"".join(envelope(event) + b"\n" for event in events)
        if names := [name for event in (*events, *closings) for name in commitments(event.body)]:
            kept = {row["commitment"]: _kept(row, self._erased) for row in kept_of(self._engine.ledger, [run])}
            values = {name: kept[name] for name in names if name in kept}
            yield f"runs/{run}/sealed.json", orjson.dumps(values, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
        yield f"runs/{run}/proofs.jsonl", b"".join(_proof(event, tree, reading) for event in events)
        if closings:
            yield f"runs/{run}/rows.jsonl", b"".join(envelope(event) + b"\n" for event in closings)
            yield f"runs/{run}/row_proofs.jsonl", b"".join(_proof(event, tree, reading) for event in closings)
        yield f"runs/{run}/state.json", orjson.dumps(outcome_of(state), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
        plan = self._engine.plan_of(state.started.revision, state.started.site)
        later = told(closings)
        people = known_then(directory, acts_of((*history, *later)), NAME_THEN)
        yield f"runs/{run}/record.html", page(state, history, plan, people, self._gone, later).encode()


def _readable(ask: Callable[[], Found]) -> Found:
    """What is asked for. Raises Unplayable where it cannot be read."""
    try:
        return ask()
    except UNPLAYABLE as error:
        raise Unplayable("", f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error


def _is_run(events: Sequence[Recorded]) -> bool:
    """Whether a stream begins as a run does."""
    return bool(events) and events[0].kind == "run_started"


def _kept(row: Mapping[str, Any], erased: Mapping[str, str]) -> dict[str, str]:
    """A personal value with its salt, or when it was erased. Raises ValueError where it is said to be, and no act erased it."""
    if row["erased_at"] is not None:
        if row["commitment"] not in erased:
            raise ValueError(f"the personal value {row['commitment']} is gone, and no act erased it")
        return {"erased_at": stamp(row["erased_at"])}
    return {"salt": row["salt"].hex(), "value": row["value"]}


def _proof(event: Recorded, tree: Tree, reading: Reading) -> bytes:
    """An event's place in the chain and in the tree."""
    previous = hashes(reading, event.seq - 2, event.seq - 1)[0] if event.seq > 1 else bytes(32)
    way = [node.hex() for node in tree.inclusion(event.seq - 1)]
    proof = {"seq": event.seq, "previous": previous.hex(), "hash": event.hash.hex(), "proof": way}
    return orjson.dumps(proof, option=orjson.OPT_SORT_KEYS) + b"\n"
