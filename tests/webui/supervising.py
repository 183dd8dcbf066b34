"""Procedures at the desk of whoever writes them: a draft begun, the file changed beside it, a proposal."""

import re
from pathlib import Path

from .cast import House, Tablet

PREP = "pool/prep"
HERE = f"/procedures/{PREP}"


def file(house: House, name: str = PREP) -> Path:
    return house.product.settings.sops / f"{name}.yaml"


def rewrite(house: House, old: str, new: str, name: str = PREP) -> None:
    """Somebody changes a file elsewhere."""
    text = file(house, name).read_text(encoding="utf-8")
    assert old in text
    file(house, name).write_text(text.replace(old, new), encoding="utf-8")


def begun(house: House, boss: Tablet, old: str = "水面", new: str = "池面", name: str = PREP) -> None:
    """A draft that changes a word, from a file changed elsewhere."""
    rewrite(house, old, new, name)
    assert boss.post(f"/procedures/{name}/begin").status_code == 303


def limit(house: House) -> str:
    plan = house.product.engine.plan(PREP)
    assert plan is not None
    found = plan.procedure.parameters["free_chlorine"].limits
    assert found is not None
    return str(found.high)  # type: ignore[union-attr]


def four_eyes(house: House, boss: Tablet) -> None:
    """The site asks for two people from now on."""
    rewrite(house, "four_eyes: false", "four_eyes: true", "site")
    boss.post("/procedures/site/begin")
    assert boss.post("/procedures/site/propose", note="两人发布").status_code == 303


def proposal(page: str) -> str:
    found = re.search(rf"{HERE}/proposals/(\d+)/", page)
    assert found
    return found[1]
