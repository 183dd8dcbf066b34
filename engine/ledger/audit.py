"""Checking a whole database: every hash, every number, every receipt and revision, in flat memory and on every processor.

It names the first event that is not as it was written, whatever was done to the rows, and needs neither SQLAlchemy nor the log.
Segments are checked side by side, each from the stored hash before it, which the segment before it vouches for.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from os import cpu_count

from engine.ledger.chain import START, Broken, Verified, finding, leaf, link, revision_digest
from engine.ledger.driver import Reading, is_away, open_reading
from engine.ledger.entries import Head
from engine.ledger.outcomes import Unavailable
from engine.processes import pool

PAGE = 500  # events that stay in a processor's cache: 2000 took a quarter longer
SEGMENT = 50_000
"""Fewer events than this take less time than starting a second process."""

HASHES = "SELECT hash FROM events WHERE seq = ?"
# Two selects: with both aggregates in one, SQLite reads the whole table.
SIZE = "SELECT coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT min(seq) FROM events), 1)"
NUMBERING = """
SELECT min(seq) FROM (
  SELECT seq, stream_seq, lag(stream_seq, 1, 0) OVER w AS before, lag(seq) OVER w AS earlier
  FROM events {where} WINDOW w AS (PARTITION BY stream ORDER BY stream_seq)
) AS numbered WHERE stream_seq <> before + 1 OR seq <= earlier
"""
SINCE = "WHERE stream IN (SELECT stream FROM events WHERE seq > ?)"
RECEIPTS = """
SELECT number, seq, count, coalesce((SELECT e.command_id FROM events e WHERE e.seq = r.seq) = r.command_id, false)
FROM receipts r WHERE number > ? AND number <= ? ORDER BY number
"""
RECEIPT_BEFORE = "SELECT number FROM receipts WHERE command_id = (SELECT command_id FROM events WHERE seq = ?)"
REVISIONS = "SELECT digest, compiled, source FROM revisions WHERE digest > ? ORDER BY digest LIMIT 1"


def verify(url: str, since: Head = START, known: Sequence[Head] = (), workers: int | None = None) -> Verified | Broken:
    """Check everything behind ``since``. ``known`` are heads kept elsewhere: only they show a cut tail or a forged whole.

    Broken names the first event that is wrong; ``seq`` 0 stands for a revision. Raises UnsafeDatabase or the driver's error when
    the database cannot be opened at all, Unavailable when it goes away meanwhile.
    """
    reading = open_reading(url)
    try:
        size, first = reading.rows(SIZE)[0]
        if first < 1:
            return Broken(first, "position before the first")
        segments = _segments(reading, since, size, workers or cpu_count() or 1)
        findings = [*_checks(url, since, segments, workers or cpu_count() or 1), _known(reading, size, (since, *known))]
        broken = [found for found in findings if found]
        head = Head(size, _hash(reading, size))
    finally:
        reading.close()
    return min(broken, key=lambda found: found.seq or size + 1) if broken else Verified(head)


def _hash(reading: Reading, seq: int) -> bytes:
    rows = reading.rows(HASHES, seq) if seq else []
    return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else START.hash


def _segments(reading: Reading, since: Head, size: int, workers: int) -> list[tuple[Head, int]]:
    """Where each part starts and which event it ends with; one part when the ledger is short."""
    step = max(SEGMENT, -(-(size - since.size) // workers))
    starts = [since]
    for seq in range(since.size + step, size, step):
        if reading.rows(HASHES, seq):  # a deleted event cannot start a part; the part before reports it
            starts.append(Head(seq, _hash(reading, seq)))
    return list(zip(starts, [*(start.size for start in starts[1:]), size], strict=True))


def _checks(url: str, since: Head, segments: list[tuple[Head, int]], workers: int) -> list[Broken | None]:
    if len(segments) == 1 or workers == 1:
        events = [check_events(url, start, last) for start, last in segments]
        return [*events, check_receipts(url, since), check_numbering(url, since), check_revisions(url)]
    with pool(workers) as processes:
        return list(_spread(processes, url, since, segments))


def _spread(processes: Executor, url: str, since: Head, segments: list[tuple[Head, int]]) -> Iterator[Broken | None]:
    events = [processes.submit(check_events, url, start, last) for start, last in segments]
    others = [processes.submit(check_receipts, url, since), processes.submit(check_numbering, url, since)]
    revisions = processes.submit(check_revisions, url)
    yield from (task.result() for task in (*events, *others, revisions))


def check_events(url: str, start: Head, last: int) -> Broken | None:
    """Order, content and links of the events from behind ``start`` to ``last``."""
    reading, head, page = open_reading(url), start, PAGE
    try:
        while head.size < last:
            try:
                rows = reading.envelopes(head.size, min(head.size + page, last))
            except reading.error as error:
                _must_be_there(error)
                if page == 1:
                    return Broken(head.size + 1, f"unreadable: {error}")
                page = 1  # find which event of the page it is
                continue
            outcome = _walk(rows, head) if rows else Broken(head.size + 1, "missing")
            if isinstance(outcome, Broken):
                return outcome
            head = outcome
    finally:
        reading.close()
    return None


def _walk(rows: Sequence[tuple[int, object, bytes]], head: Head) -> Head | Broken:
    size, digest = head.size, head.hash
    for seq, stored, envelope in rows:
        computed = link(digest, leaf(envelope))
        if computed != stored or seq != size + 1:
            what = finding(seq, Head(size, digest), computed, stored if isinstance(stored, bytes) else b"")
            return Broken(min(seq, size + 1), what)
        size, digest = seq, computed
    return Head(size, digest)


def check_receipts(url: str, since: Head) -> Broken | None:
    """Receipts follow the events without gap or overlap and carry their command's id."""
    reading, due = open_reading(url), since.size + 1
    try:
        before = reading.rows(RECEIPT_BEFORE, since.size)
        number = before[0][0] if before else 0
        while rows := reading.rows(RECEIPTS, number, number + PAGE):
            for number, seq, count, is_same in rows:
                if seq != due or (count and not is_same):
                    return Broken(min(seq, due), f"receipt {number} is for event {seq} where {due} is due or has another command")
                due += count
        size = reading.rows(SIZE)[0][0]
        return None if due == size + 1 else Broken(due, "no receipt")
    except (reading.error, TypeError) as error:  # also a figure that is none
        _must_be_there(error)
        return Broken(due, f"receipt unreadable: {error}")
    finally:
        reading.close()


def check_numbering(url: str, since: Head) -> Broken | None:
    """Every stream counts 1..n in the order of the ledger."""
    reading = open_reading(url)
    try:
        where, parameters = (SINCE, (since.size,)) if since.size else ("", ())
        seq = reading.rows(NUMBERING.format(where=where), *parameters)[0][0]
        return Broken(seq, "wrong position in its stream") if seq else None
    except (reading.error, TypeError) as error:
        _must_be_there(error)
        return Broken(since.size + 1, f"numbering unreadable: {error}")
    finally:
        reading.close()


def check_revisions(url: str) -> Broken | None:
    """Each revision is named by its compiled content and its source."""
    reading, digest = open_reading(url), ""
    try:
        while rows := reading.rows(REVISIONS, digest):
            digest, compiled, source = rows[0]
            if not (isinstance(compiled, str) and isinstance(source, str)) or revision_digest(compiled, source) != digest:
                return Broken(0, f"revision {digest} is not its content")
    except reading.error as error:
        _must_be_there(error)
        return Broken(0, f"revision after {digest or 'the start'} unreadable: {error}")
    finally:
        reading.close()
    return None


def _must_be_there(error: BaseException) -> None:
    """A database that goes away while it is read is not broken. Raises Unavailable."""
    if is_away(error):
        raise Unavailable(str(error)) from error


def _known(reading: Reading, size: int, known: Sequence[Head]) -> Broken | None:
    for head in known:
        if head.size > size:
            return Broken(size + 1, f"missing: a head of {head.size} events is known")
        if head.size and _hash(reading, head.size) != head.hash:
            return Broken(head.size, "not the head known elsewhere")
    return None
