"""A ledger copied into PostgreSQL, to be measured there: it is the same record, and its lists are those its events give."""

from pathlib import Path

import pytest

from bench.copying import copy
from engine.clock import SystemClock
from engine.ledger.chain import Verified
from engine.ledger.store import open_ledger
from engine.review.find import Finder
from engine.review.search import Search
from engine.review.trends.punctuality import Punctuality
from engine.service import Engine
from tests.ledger.postgres import Cluster, binaries

from .past import UNTIL


def test_a_copy_is_the_same_ledger(engine: Engine) -> None:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    cluster = Cluster.create(programs)
    try:
        address, path = cluster.database(), Path(str(engine.ledger.url.database))
        counts = {name: number for name, number, _ in copy(path, address)}
        there = Engine(open_ledger(address), SystemClock())
        assert there.ledger.verify() == Verified(engine.ledger.log.head())
        assert there.differing_lists() == ()
        assert counts["events"] == engine.ledger.log.head().size
        assert Finder(there.ledger).page(Search(words="正常")) == Finder(engine.ledger).page(Search(words="正常")) != []
        zone, span = engine.site.zone, (UNTIL.date().replace(year=UNTIL.year - 1), UNTIL.date())
        counted = [Punctuality(one.ledger, zone).kept(*span, "month") for one in (there, engine)]
        assert counted[0] == counted[1] != {}
        there.ledger.close()
    finally:
        cluster.remove()
