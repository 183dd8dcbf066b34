"""A new procedure: named, begun from a list or as a copy, told with all its steps, and what was forgotten in it."""

import re

from .cast import House, Tablet
from .supervising import PREP, file

FROM_A_LIST = {
    "title": "桑拿房开放前", "place": "pool", "folder": "pool", "id": "sauna", "role": "lifeguard", "text": "1. 开总电源\n2. 看温度",
}  # fmt: skip


def test_a_new_procedure_may_be_named_by_us(boss: Tablet) -> None:
    form = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard"}
    assert boss.post("/procedures/new", **form).location == "/procedures/pool/procedure_1/figures"
    assert boss.post("/procedures/new", **form, folder=" ", id="").location == "/procedures/pool/procedure_2/figures"
    assert boss.post("/procedures/new", **form, id="sauna").location == "/procedures/pool/sauna/figures"
    page = boss.get("/procedures/new").text
    role = page[page.index('name="role" required') :]
    assert role.index('value=""') < role.index('value="supervisor"') < role.index('value="lifeguard"')  # nobody's, then one's own


def test_a_new_procedure_from_a_list(house: House, boss: Tablet) -> None:
    refused = boss.post("/procedures/new", **{**FROM_A_LIST, "id": "Sauna room"})
    assert refused.status_code == 422
    assert "看温度" in refused.text
    taken = boss.post("/procedures/new", **{**FROM_A_LIST, "id": "prep"})
    assert taken.status_code == 422
    assert "已经有规程用过" in taken.text
    assert boss.post("/procedures/new", **FROM_A_LIST).status_code == 303
    page = boss.get("/procedures/pool/sauna").text
    assert "<h1>桑拿房开放前</h1>" in page
    assert boss.post("/procedures/pool/sauna/begin", way="figures").status_code == 303  # it is begun: the same draft again
    assert boss.get("/procedures/pool/sauna/figures").status_code == 200
    assert boss.post("/procedures/pool/sauna/propose", note="新开桑拿").status_code == 303
    plan = house.product.engine.plan("pool/sauna")
    assert plan is not None
    assert [placed.step.title.zh for placed in plan.steps] == ["开总电源", "看温度"]
    assert plan.procedure.done_by == ("lifeguard",)
    assert file(house, "pool/sauna").exists()


def test_what_was_forgotten_in_a_new_procedure_is_told_where_it_is_published(boss: Tablet) -> None:
    form = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard", "id": "sauna"}
    assert boss.post("/procedures/new", **form).status_code == 303
    here = "/procedures/pool/sauna"
    assert "没有单位" not in boss.get(here).text
    measure = {
        "behind": "step_1",
        "kind": "measure",
        "title.zh": "桑拿温度",
        "limits.low": "70",
        "limits.high": "90",
        "out": "mark",
    }
    added = boss.post(
        f"{here}/new-step", **measure, version=re.findall(r'name="version" value="(\d+)"', boss.get(f"{here}/new-step").text)[0]
    )
    assert added.status_code == 303
    page = boss.get(here).text
    assert "「桑拿温度」没有单位" in page
    assert re.search(rf'href="{here}/figures#p-\w+">去填单位</a>', page)
    assert boss.post(f"{here}/propose", note="新开桑拿").status_code == 303  # told, and not forbidden
    assert "没有单位" not in boss.get(here).text


def test_a_copy_under_another_title(house: House, boss: Tablet) -> None:
    assert "照《泳池营业前准备》抄一份" in boss.get(f"/procedures/new?copy={PREP}").text
    form = {"title": "儿童池准备", "place": "pool", "folder": "pool", "id": "children", "copy": PREP}
    assert boss.post("/procedures/new", **form).status_code == 303
    assert boss.post("/procedures/pool/children/propose", note="新池").status_code == 303
    plan = house.product.engine.plan("pool/children")
    assert plan is not None
    assert plan.procedure.title.zh == "儿童池准备"


def test_a_new_draft_is_told_with_all_its_steps(house: House, boss: Tablet) -> None:
    assert boss.post("/procedures/new", **FROM_A_LIST).status_code == 303
    page = boss.get("/procedures/pool/sauna").text
    assert "新规程，在游泳池，由救生员（泳池服务员）做，共 2 步" in page
    assert "2 步：「开总电源」、「看温度」" in page
