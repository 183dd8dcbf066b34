"""Notices to deliver: rows as the ledger writes them, on the small club of the service's tests."""

from datetime import datetime
from typing import Any

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.notices.channels import AnyChannel, ChannelsFile
from engine.notices.courier import Courier
from tests.service.world import MORNING, World


def channel(kind: str, **written: Any) -> AnyChannel:
    """A channel as written, without a file."""
    return ChannelsFile.model_validate({"channels": {"one": {"kind": kind, **written}}}).channels["one"]  # type: ignore[return-value]


def tell(ledger: Ledger, *names: str, at: datetime = MORNING, **changes: Any) -> list[str]:
    """Rows of notices with these ids."""
    known: dict[str, Any] = {
        "kind": "critical", "at": at, "told_at": at, "roles": "guard", "person": "", "run": None, "number": None,
        "procedure": "list", "place": "pool", "step": None, "due": at, "level": 0, "text": "critical",
    }  # fmt: skip
    rows = [known | {"notice": name} | changes for name in names]
    with ledger.write() as connection:
        connection.execute(tables.notices.insert(), rows)
    return list(names)


def courier(world: World, kind: str, **written: Any) -> Courier:
    return Courier(world.engine, "one", channel(kind, **written))
