"""What finding in reference cards costs: ``python -m bench.cards [--cards N] [--bytes N]``.

The whole answer to a letter typed, through the application, and the looking alone; the first time, when every card has to be made
ready to be looked through, and after that.
"""

import argparse
import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.world import site
from engine.bootstrap import Settings, build
from engine.cards import Cards
from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run.site_events import PersonAdded
from webui import create_app
from webui.present.finding import find

ROUNDS = 15
CHARACTERS = "设备部安全保洁会所物业管理处急救火警报警电话分机区域功能交通商店娱乐银行活动时间地点内容"
QUERIES = ("电话", "设备部", "电", "8765 00", "876500", "engineering 8765", "银行电话活动", "设备 物业 银行", "zzz")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=4096)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.cards, given.bytes)


def measure(data: Path, count: int, size: int) -> None:
    """Print what each query costs, in milliseconds."""
    product = build(Settings(data=data))
    engine = product.engine
    engine.publish([site_revision(filled(count, size), "")], "bench")
    engine.note(PersonAdded("p", "员", ("attendant",)), "bench")
    live = Cards(engine).now()
    app = create_app(product)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"device": "d", "place": "pool", "person": "p", "seen": 2**40})
    print(f"{count} cards of {size} bytes in Chinese and as many in English; milliseconds")
    first = timed(lambda: client.get("/cards", query_string={"q": QUERIES[0]}, headers={"HX-Request": "true"}))
    print(f"  the first answer, everything made ready: {first * 1000:.0f}")
    print(f"  {'looked for':24}{'found':>6}{'looking':>10}{'answer, median':>16}{'the slowest':>13}")
    for query in QUERIES:
        looking = median(timed(partial(find, live.values(), query, "zh")) for _ in range(ROUNDS))
        asked = partial(client.get, "/cards", query_string={"q": query}, headers={"HX-Request": "true"})
        answers = [timed(asked) for _ in range(ROUNDS)]
        figures = f"{looking * 1000:10.1f}{median(answers) * 1000:16.1f}{max(answers) * 1000:13.1f}"
        print(f"  {query:24}{find(live.values(), query, 'zh').count:6}{figures}")
    product.engine.ledger.close()


def filled(count: int, size: int) -> Site:
    """A site with so many cards of so many bytes in each language."""
    chance = random.Random(1)
    cards = {f"card_{number}": _card(chance, number, size) for number in range(count)}
    return Site.model_validate(site().model_dump(by_alias=True, exclude_unset=True) | {"cards": cards})


def _card(chance: random.Random, number: int, size: int) -> dict[str, object]:
    chinese = ""
    while len(chinese.encode()) < size:
        word = "".join(chance.choices(CHARACTERS, k=18))
        chinese += f"{word} {chance.randrange(1000, 9999)}-{chance.randrange(1000, 9999)}\n"
    english = f"Engineering 8765-{number:04d} ambulance and lifts\n" * (size // 45)
    title = {"zh": "".join(chance.choices(CHARACTERS, k=6)), "en": f"Numbers {number}"}
    return {"title": title, "text": {"zh": chinese[:3990], "en": english[:3990]}}


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
