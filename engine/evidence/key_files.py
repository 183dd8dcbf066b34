"""What a bundle tells of the keys that signed before its own: nothing while there was one key only."""

from collections.abc import Callable, Iterator

import orjson
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.chain import envelope
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.entries import Recorded
from engine.ledger.keyring import STREAM
from engine.ledger.store import Ledger


def key_files(
    ledger: Ledger, checkpoints: Checkpoints, size: int, prove: Callable[[Recorded], bytes]
) -> Iterator[tuple[str, bytes]]:
    """The events of keys up to `size`, what proves them, and for each change the newest checkpoint before it, with the proof that
    the record goes on from there. Raises NotSigned where one of these is not kept.
    """
    events = [one for one in ledger.log.stream(STREAM) if one.seq <= size]
    sizes = [orjson.loads(one.body)["size"] for one in events if one.kind == "checkpoint_key_changed"]
    if not sizes:
        return
    table = tables.checkpoints
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(table.c.size, table.c.note).where(table.c.size.in_(sizes)))
        notes = {row.size: row.note for row in rows}
    heads = [{"proof": [node.hex() for node in checkpoints.consistency(one, size)], "note": notes[one]} for one in sizes]
    yield "keys/checkpoints.jsonl", b"".join(orjson.dumps(one, option=orjson.OPT_SORT_KEYS) + b"\n" for one in heads)
    yield "keys/events.jsonl", b"".join(envelope(one) + b"\n" for one in events)
    yield "keys/proofs.jsonl", b"".join(prove(one) for one in events)
