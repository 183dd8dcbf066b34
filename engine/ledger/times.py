"""Times as the ledger writes them: UTC, ISO 8601, microseconds and Z, so that equal instants are equal text."""

from datetime import UTC, datetime

import orjson


def stamp(at: datetime) -> str:
    """The instant as text, e.g. ``2026-03-01T08:00:00.000000Z``. ValueError for a time without zone."""
    if at.tzinfo is None:
        raise ValueError(f"time without zone: {at.isoformat()}")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    if not utc.microsecond:  # which orjson would leave out
        return utc.isoformat(timespec="microseconds")[:-6] + "Z"
    return orjson.dumps(utc, option=orjson.OPT_UTC_Z)[1:-1].decode()


def instant(text: str) -> datetime:
    """The aware UTC time that ``stamp`` wrote. ValueError for anything else."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"time without zone: {text}")
    return at.astimezone(UTC)
