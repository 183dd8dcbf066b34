"""Exceptions of a site as a draft asks for them, and what of them is in force or waits."""

from decimal import Decimal

from engine.authoring import Authoring
from engine.changes import naming, told
from engine.drafts import Draft
from engine.overriding import Wish, with_override, without_override
from engine.procedure.diff import differences

from .test_authoring import draft_of, file

OWN = "overrides/pool/prep.yaml"
BY_HAND = """\
# 东区的例外
format: 1
overrides:
  pool/prep:
    # 药剂换了
    chlorine: {limits: {low: 0.45, high: 0.55}, reason: 换药, review: "2027-01-31"}   # 周督
"""
TEXT = """\
# 例外
format: 1
overrides:
  pool/prep:
    ph:   {limits: {low: 7.0, high: 7.4}, reason: "水硬"  , review: 2027-02-01}  # 留着
    chlorine:
      limits: {low: 0.5, high: 0.6}
      reason: 补水多   # 张工说的
      review: "2027-03-01"
"""


def wish(low: str = "0.5", high: str = "0.6", review: str = "2027-03-01", **more: str) -> Wish:
    return Wish({"limits": {"low": Decimal(low), "high": Decimal(high)}}, {"zh": "泳客多", **more}, review)


def with_wish(desk: Authoring, one: Wish | None = None) -> Draft:
    draft = desk.begin("pool/prep", "ann")
    text = with_override(draft.files.get(OWN, ""), "pool/prep", "chlorine", one or wish())
    return draft_of(desk, "pool/prep", draft.files["pool/prep.yaml"], **{OWN: text})


def ended(desk: Authoring) -> Draft:
    draft = desk.begin("pool/prep", "ann")
    return draft_of(
        desk, "pool/prep", draft.files["pool/prep.yaml"], **{OWN: without_override(file(desk, OWN), "pool/prep", "chlorine")}
    )


def low(desk: Authoring) -> str:
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    found = plan.procedure.parameters["chlorine"].limits
    assert found is not None
    return str(found.low)


def is_waiting(desk: Authoring, name: str = "pool/prep") -> bool:
    entry = desk.entry(name)
    assert entry is not None
    return entry.is_waiting


def in_words(desk: Authoring, draft: Draft) -> list[str]:
    plan, examined = desk._engine.plan("pool/prep"), desk.examine("pool/prep", draft.files)
    assert plan is not None
    assert examined.bound is not None
    return [told(one, naming("zh")) for one in differences(plan.procedure, examined.bound)]
