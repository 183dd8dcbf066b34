"""Figures that were taken in several units: Find runs compares them as they were written, and says so."""

from .cast import House, Tablet
from .judging import chen, done, pool, yang
from .test_trends import changed

__all__ = ["chen", "pool", "yang"]
BELOW = "/review/runs?what=r:chlorine&cmp=below&fig=9&high="


def test_it_says_so_where_the_unit_was_changed(pool: House, chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.5")
    assert "不同的单位" not in yang.get(BELOW).text
    changed(pool, unit="ppm")
    done(chen, "0.5")
    assert "用过不同的单位（mg/L、ppm）。数值按当时写的比，没有换算。" in yang.get(BELOW).text
    assert "不同的单位" not in yang.get("/review/runs?place=pool").text
    changed(pool, unit="")
    done(chen, "0.5")
    yang.post("/language", lang="en", next="/")
    assert "was read in several units (mg/L, no unit)" in yang.get(BELOW).text
