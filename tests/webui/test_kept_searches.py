"""Searches kept, shared, renamed and forgotten, also where nobody has any more what they ask for."""

import re

from engine.run.site_events import RevisionRetired

from .cast import House, Tablet
from .judging import chen, done, pool, yang
from .seeking import FIND, found

__all__ = ["chen", "pool", "yang"]


def test_a_search_is_kept_shared_renamed_and_forgotten(chen: Tablet, yang: Tablet) -> None:
    low = done(chen, "0.3")
    query = "wrong=out_of_limits&place=pool"
    assert yang.post(f"{FIND}/views?{query}", title=" ").status_code == 422
    answer = yang.post(f"{FIND}/views?{query}", title="上月余氯", shared="1")
    assert answer.status_code == 303
    page = yang.get(FIND).text
    ((address, _),) = re.findall(r'<a class="chip" href="([^"]+)">(上月余氯)', page)
    assert found(yang, address.replace("&amp;", "&").partition("?")[2]) == [low]
    (view,) = re.findall(r'name="view" value="(\w+)"', page)
    manager = yang.house.signed_on("jiang")
    assert "上月余氯" in manager.get(FIND).text
    manager.post(f"{FIND}/views", act="forget", view=view)  # another's is not theirs to forget
    assert "上月余氯" in yang.get(FIND).text
    yang.post(f"{FIND}/views", act="rename", view=view, title="余氯偏差")
    assert "余氯偏差" in yang.get(FIND).text
    yang.post(f"{FIND}/views", act="forget", view=view)
    assert "余氯偏差" not in yang.get(FIND).text


def test_what_is_in_use_no_more_is_said_and_its_runs_are_found(chen: Tablet, yang: Tablet, pool: House) -> None:
    run = done(chen, "0.3")
    yang.post(f"{FIND}/views?procedure=pool/round&place=gone&person=ghost", title="旧的")
    engine = pool.product.engine
    published = engine.directory.now().published["pool/round"]
    engine.note_all([RevisionRetired("pool/round", published.digest, "不做了")], "zhou")
    assert engine.plan("pool/round") is None
    assert found(yang, "procedure=pool/round&what=r:chlorine&cmp=below&fig=0.4&high=") == [run]
    page = yang.get(f"{FIND}?procedure=pool/round").text
    assert '<option value="pool/round" selected>余氯巡测（已停用）</option>' in page
    assert "条件里的“余氯巡测”已停用或删除" in page
    kept = yang.get(f"{FIND}?place=gone&procedure=pool/round&person=ghost").text
    assert "条件里的“gone、余氯巡测、ghost”已停用或删除" in kept
    assert '<option value="gone" selected>' in kept
    assert "已停用或删除" not in yang.get(f"{FIND}?place=pool").text


def test_what_a_saved_search_asks_and_nobody_has_any_more_stays(yang: Tablet) -> None:
    page = yang.get(f"{FIND}?what=r:nothing&cmp=above&fig=1&high=").text
    assert '<option value="r:nothing" selected>nothing</option>' in page


def test_shared_afterwards_and_no_more(yang: Tablet) -> None:
    assert yang.post(f"{FIND}/views", title="周一", query="wrong=any").status_code == 303
    assert yang.post(f"{FIND}/views", title="空的", query="").status_code == 422
    assert 'value="空的"' in yang.post(f"{FIND}/views", title="空的", query="").text
    (view,) = re.findall(r'name="view" value="(\w+)"', yang.get(FIND).text)
    manager = yang.house.signed_on("jiang")
    assert "周一" not in manager.get(FIND).text
    manager.post(f"{FIND}/views", act="share", view=view)  # another's
    assert "周一" not in manager.get(FIND).text
    yang.post(f"{FIND}/views", act="share", view=view)
    assert "周一 <small>杨审 · 共享" in manager.get(FIND).text
    yang.post(f"{FIND}/views", act="unshare", view=view)
    assert "周一" not in manager.get(FIND).text
