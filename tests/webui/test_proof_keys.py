"""A lost key on the page of the proof, and how the key was changed; what anybody may ask of it."""

import pytest

from engine.evidence.sealed import opened
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.housekey import house_key
from engine.rekeying import name_key, renew

from .cast import House
from .test_proof import signed, verify


@pytest.mark.parametrize(("how", "words"), [("missing", "不在数据文件夹里"), ("damaged", "坏了"), ("other", "是另一把")])
def test_since_when_nothing_was_signed_and_what_is_proven_still(house: House, how: str, words: str) -> None:
    size, file, desk = signed(house), house.product.settings.data / "checkpoint.key", house.signed_on("yang")
    name_key(house.product.engine, house.product.settings.data)
    before, line = desk.get("/checkpoint").text, desk.get("/checkpoint/key").text
    assert 'id="unsigned"' not in desk.get("/review/proof").text
    if how == "missing":
        file.unlink()
    else:
        file.write_text("x" if how == "damaged" else "ab" * 32)
    house.signed_on("chen").start()  # work goes on
    page = desk.get("/review/proof").text
    for told in ("起没有新的检查点", words, f"所含的 {size} 个事件", "只有链作证", "renew-key --lost", before.split("\n")[2]):
        assert told in page, told
    found = verify(desk)
    assert f"{size} 个事件的检查点（" in found
    assert "不要再改任何东西" not in found
    assert (desk.get("/checkpoint").text, desk.get("/checkpoint/key").text) == (before, line)
    assert desk.get("/review/proof/key.txt").text == line
    assert desk.get(f"/checkpoint/consistency?from={size}&to={size}").status_code == 200


def test_how_it_was_changed_stands_there_and_anybody_may_check_it(house: House) -> None:
    signed(house)
    engine, data, desk = house.product.engine, house.product.settings.data, house.signed_on("yang")
    assert desk.get("/checkpoint/keys").get_json() == {"changes": []}
    assert 'id="keys"' not in desk.get("/review/proof").text
    first = renew(engine, data, "每年一换", "yang", is_lost=False)
    first.file.unlink()
    second = renew(engine, data, "丢了", "yang", is_lost=True)
    one, two = house.tablet().get("/checkpoint/keys").get_json()["changes"]
    assert opened(one["handover"], one["old"]).split("\n")[1] == one["key"] == two["old"] == str(first.new)
    assert (two["key"], two["handover"]) == (str(second.new), "")
    page = desk.get("/review/proof").text
    for told in ("签名的钥匙换过", "每年一换", "旧钥匙签了字", "丢了", "旧钥匙没有签字", first.new.name, second.new.name):
        assert told in page, told
    house.signed_on("chen").start()
    made = Checkpoints(engine.ledger, house_key(engine.ledger, data)).make(house.clock.now())
    assert made
    assert desk.get("/checkpoint").text == made.note
    assert desk.get("/checkpoint/key").text == f"{second.new}\n"
