"""What docs/compliance.md claims and nothing else shows: product and lot on the record, and the tablet an entry came from."""

import json

from engine.evidence.document import document_of
from engine.procedure.plan import bind
from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import House, Tablet
from .enrolling import device_of, enrolled, shown_code
from .test_renamed_people import text

BATCH = {
    "format": 1,
    "title": "配消毒液",
    "place": "pool",
    "done_by": ["lifeguard"],
    "inputs": [{"note": {"zh": "产品", "en": "Product"}, "id": "product"}, {"note": {"zh": "批号", "en": "Lot"}, "id": "lot"}],
    "steps": [{"check": "配好", "id": "mixed"}],
}
PRODUCT, LOT = "次氯酸钠溶液", "LOT-2026/11-007"


def test_product_and_lot_are_asked_for_and_stand_on_the_record(house: House) -> None:
    engine = house.product.engine
    engine.publish([revision_of("pool/batch", bind(Procedure.model_validate(BATCH), engine.site), engine.site, "# b")], "test")
    chen = house.signed_on("chen")
    without = chen.post("/start/pool/batch", **{"f.product": PRODUCT})
    assert without.status_code == 422, "a run without its lot does not begin"
    begun = chen.post("/start/pool/batch", **{"f.product": PRODUCT, "f.lot": LOT})
    run = begun.location.split("/runs/")[1].partition("?")[0].partition("#")[0]
    chen.step(run, "mixed", typed="done")
    assert chen.post(f"/runs/{run}/complete").status_code == 303
    told = text(house.signed_on("yang").get(f"/runs/{run}/record").text)
    for words in (f"产品 {PRODUCT}", f"批号 {LOT}"):
        assert words in told
    found = json.loads(document_of(engine, run))
    assert {name: one["typed"] for name, one in found["state"]["inputs"].items()} == {"product": PRODUCT, "lot": LOT}


def test_every_entry_names_who_in_which_role_and_on_which_tablet(house: House, admin: Tablet) -> None:
    tablet = house.tablet()
    assert enrolled(tablet.client, shown_code(admin), "池边平板").status_code == 303
    tablet.sign_on("chen")
    run = tablet.start()
    tablet.step(run, "appearance", typed="done")
    history = house.product.engine.record(run)
    assert len(history) == 2
    assert {(one.by, one.role, one.device) for one in history} == {("chen", "lifeguard", device_of(tablet.client))}
    told = text(house.signed_on("zhou").get(f"/runs/{run}/record").text)
    assert "陈海 救生员（泳池服务员） 池边平板 2 条" in told
