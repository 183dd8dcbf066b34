"""The bar of a run: held and gone on with, handed over, completed too early, abandoned; and what others did meanwhile."""

from .tending import Pool, pool

__all__ = ["pool"]


def test_handing_over_takes_two(pool: Pool) -> None:
    early = pool.do("handed", by="engineer", act="receive")
    assert (early.status_code, "还没有人交过来" in early.text) == (422, True)
    pool.do("handed", act="hand", typed="当心")
    own = pool.do("handed", act="receive")
    assert own.status_code == 422
    page = pool.page("handed", "engineer")
    assert "当心" in page
    assert 'value="receive"' in page


def test_holding_and_going_on(pool: Pool) -> None:
    refused = pool.guard.post(f"/runs/{pool.run}/hold", why=" ")
    assert refused.status_code == 422
    assert "请写一句原因" in bar(refused.text)
    assert pool.guard.post(f"/runs/{pool.run}/hold", why="吃饭").status_code == 303
    assert "吃饭" in pool.page()
    held = pool.do("door", typed="done")
    assert (held.status_code, "已暂停" in held.text) == (422, True)
    assert pool.guard.post(f"/runs/{pool.run}/resume").status_code == 303
    assert pool.do("door", typed="done").status_code == 200


def bar(page: str) -> str:
    """The completion bar of a page."""
    return page[page.index('<footer id="bar"') :]


def test_completing_too_early_says_in_the_bar_what_is_missing(pool: Pool) -> None:
    refused = pool.guard.post(f"/runs/{pool.run}/complete", v="1")
    assert refused.status_code == 422
    assert "还不能完成" in bar(refused.text)
    assert refused.text.count("还不能完成") == 1
    assert pool.version == 1


def test_abandoning(pool: Pool) -> None:
    pool.do("door", typed="done")
    refused = pool.guard.post(f"/runs/{pool.run}/abandon", why="误开")
    assert (refused.status_code, "没有“作废记录”的权限" in bar(refused.text)) == (422, True)
    assert pool.by("lead").post(f"/runs/{pool.run}/abandon", why="误开").location == f"/runs/{pool.run}/record"
    over = pool.do("door", quick="点错了")
    assert over.status_code == 422
    gone = pool.guard.get(f"/runs/{pool.run}/changes?v=1", HX_Request="true")
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (204, f"/runs/{pool.run}/record")


def test_what_others_did_arrives(pool: Pool) -> None:
    assert pool.guard.get(f"/runs/{pool.run}/changes?v=1").status_code == 204
    pool.do("dosing", by="mate", typed="some")
    answer = pool.guard.get(f"/runs/{pool.run}/changes?v=1", HX_Request="true", X_Poll="1")
    assert answer.status_code == 200
    assert 'id="s-dosing"' in answer.text
    assert 'id="s-product"' in answer.text  # asked now, because of the answer
    for wrong in ("", "x", "-1", "1e3", "９", "9" * 30):
        assert pool.guard.get(f"/runs/{pool.run}/changes?v={wrong}").status_code == 400
