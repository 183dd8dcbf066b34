"""Makes the lists of a ledger anew with processes beside it, and is killed by itself in the middle: arguments are address and name."""

import os
import signal
import sys
from datetime import UTC, datetime

from engine import bootstrap
from engine.ledger import beside, rebuild


def killed(progress: rebuild.Progress) -> None:
    if progress.events * 2 > progress.total:
        print("half", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    beside.SMALL, rebuild.PART = 1, 5
    with bootstrap.opened(sys.argv[1]) as (ledger, plan_of):
        rebuild.renew(ledger, rebuild.Making(plan_of, bootstrap.opened, killed), sys.argv[2], datetime.now(UTC))
