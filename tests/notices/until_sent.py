"""A server's courier in a process of its own: passes until nothing is left to send, then says how many messages it sent.

Run from the project's folder: ``python -m tests.notices.until_sent DATABASE ADDRESS TIME``; it begins when a line comes in.
"""

import sys
from datetime import datetime

from engine.ledger.store import open_ledger
from engine.notices.courier import Courier
from engine.service import Engine
from tests.service.world import HandClock

from .telling import channel


def main(database: str, address: str, now: str) -> None:
    engine = Engine(open_ledger(database), HandClock(datetime.fromisoformat(now)))
    courier = Courier(engine, "one", channel("webhook", url=address))
    print("ready", flush=True)
    sys.stdin.readline()
    sent, idle = 0, 0
    while idle < 3:
        done = courier.look()
        sent, idle = sent + done.sent, 0 if done.sent or done.failed else idle + 1
    print(sent, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
