"""Waiting for an export that is under way."""

import time

from engine.exports.jobs import Export, Exports


def over(exports: Exports, id_: str) -> Export:
    """The export once it has ended, however it did."""
    deadline = time.monotonic() + 30
    while (found := exports.of(id_)) and found.state == "running":
        assert time.monotonic() < deadline, "the export never ended"
        time.sleep(0.02)
    assert found is not None
    return found
