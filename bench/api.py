"""What other programs read among 200 000 runs: ``python -m bench.api --data DIR [--runs 200000] [--seeded 3000]``.

The runs are made as `bench.finding` makes them. Each answer goes through the whole product without the network: token, query,
shape, canonical JSON, ETag. Beside them stands the bare SELECT of a hundred rows by the index that serves it best.
"""

from datetime import timedelta

from sqlalchemy import select

from bench.finding import grown, timed
from engine.ledger import tables
from engine.review.find import IS_OVER
from engine.tokens import Tokens
from webui import bearer, create_app


def addresses(day: str, later: str) -> list[tuple[str, str]]:
    """What is read, by name."""
    month = f"from={day}&until={later}"
    return [
        ("100 runs", "runs?limit=100"),
        ("100 runs of a place in a month", f"runs?limit=100&place=pool&{month}"),
        ("100 runs with chlorine below 0.3", "runs?limit=100&what=r:free_chlorine&cmp=below&fig=0.3"),
        ("1000 runs", "runs?limit=1000"),
        ("100 readings of a month", f"readings?limit=100&parameter=free_chlorine&{month}"),
        ("1000 readings of a place in a month", f"readings?limit=1000&parameter=free_chlorine&place=pool&{month}"),
        ("100 deviations of a month", f"deviations?limit=100&{month}"),
        ("100 scheduled times", f"occurrences?limit=100&{month}"),
        ("the procedures", "procedures?limit=1000"),
        ("the newest checkpoint", "chain"),
    ]


def main() -> None:
    """Make the runs where they are missing, and measure."""
    product, _, newest = grown(__doc__)
    ledger, table = product.engine.ledger, tables.runs
    now = product.engine.clock.now()
    token = Tokens(ledger).make("bench", "zhou", "30", now, f"bench {now.isoformat()}")
    bearer.PER_MINUTE = 10**9
    client, headers = create_app(product).test_client(), {"Authorization": f"Bearer {token}"}
    with ledger.engine.connect() as connection:
        query = select(table).where(IS_OVER).order_by(table.c.started_at.desc()).limit(100)
        print(f"  {'bare SELECT of 100 rows':40}{_told(timed(lambda: connection.execute(query).all()))}")
    days = [f"{newest - timedelta(days=back):%Y-%m-%d}" for back in (60, 30)]
    for name, address in addresses(*days):
        answer = client.get(f"/api/v1/{address}", headers=headers)
        assert answer.status_code == 200, answer.text
        took = timed(lambda a=address: client.get(f"/api/v1/{a}", headers=headers).data)  # type: ignore[misc]
        print(f"  {name:40}{_told(took)}   {len(answer.data) / 1024:8.1f} KB, {len(answer.get_json().get('items', ())):4} items")
    ledger.close()


def _told(took: tuple[float, float, float]) -> str:
    return f"{took[0] * 1000:7.1f} /{took[1] * 1000:7.1f} ({took[2] * 1000:5.1f})"


if __name__ == "__main__":
    main()
