"""A round that ends with a signature, for tests of what a record says of whoever signed."""

from engine.procedure.plan import bind
from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import PINS, House

ROUND = {
    "format": 1,
    "title": "巡查",
    "place": "pool",
    "done_by": ["lifeguard"],
    "steps": [{"check": "看", "id": "a"}, {"sign": "签", "id": "s"}],
}


def publish_round(house: House) -> None:
    engine = house.product.engine
    engine.publish([revision_of("pool/x", bind(Procedure.model_validate(ROUND), engine.site), engine.site, "# x")], "test")


def signed_round(house: House) -> str:
    """The run of a round that Chen Hai did and signed."""
    publish_round(house)
    chen = house.signed_on("chen")
    run = chen.start("pool/x")
    chen.step(run, "a", typed="done")
    chen.step(run, "s", act="sign", pin=PINS["chen"])
    chen.post(f"/runs/{run}/complete")
    return run
