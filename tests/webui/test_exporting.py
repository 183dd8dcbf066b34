"""Exports on their page: asked for, made, downloaded in pieces, on record; conditions of a search go along; whose are whose."""

import csv
import io
import re
import time
from hashlib import sha256

import pytest

from engine.exports.jobs import Exports

from .cast import House, Tablet
from .judging import chen, done, pool, yang

__all__ = ["chen", "pool", "yang"]
HERE = "/review/exports"


def export(tablet: Tablet, **form: str) -> str:
    """Ask for a file and wait for it; its id."""
    answer = tablet.post(HERE, **{"view": "runs", "form": "csv"} | form)
    assert answer.status_code == 303, answer.text
    id_ = answer.location.rpartition("#x-")[2]
    deadline = time.monotonic() + 30
    while "hx-get" in tablet.get(f"{HERE}/{id_}", HX_Request="true").text:
        assert time.monotonic() < deadline, "the export never ended"
        time.sleep(0.02)
    return id_


def lines(tablet: Tablet, id_: str) -> list[list[str]]:
    answer = tablet.get(f"{HERE}/{id_}/file")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_nothing_was_exported_yet(yang: Tablet) -> None:
    page = yang.get(HERE).text
    assert "还没有导出过文件" in page
    assert 'value="answers:pool/round"' in page
    assert 'value="book:equipment_repairs"' in page


def test_a_file_tells_what_the_page_tells(chen: Tablet, yang: Tablet) -> None:
    run = done(chen, "0.3")
    id_ = export(yang)
    answer, page = yang.get(f"{HERE}/{id_}/file"), yang.get(HERE).text
    assert re.fullmatch(r"attachment; filename=runs-[0-9]{8}-[0-9]{6}\.csv", answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert sha256(answer.data).hexdigest() in page
    assert run in answer.data.decode()
    assert "1 行" in page
    assert "杨" in page
    assert "游泳池" in yang.get(f"{HERE}/{export(yang, place='pool')}", HX_Request="true").text


def test_by_range_and_etag(chen: Tablet, yang: Tablet) -> None:
    done(chen)
    address = f"{HERE}/{export(yang)}/file"
    whole = yang.get(address)
    part = yang.get(address, Range="bytes=10-")
    assert part.status_code == 206
    assert part.data == whole.data[10:]
    assert yang.get(address, If_None_Match=whole.headers["ETag"]).status_code == 304


def test_conditions_of_a_search_go_along(chen: Tablet, yang: Tablet) -> None:
    low, _ = done(chen, "0.3"), done(chen, "0.5")
    query = "place=pool&what=r:chlorine&cmp=below&fig=0.4&high="
    found = yang.get(f"/review/runs?{query}").text
    address = re.search(r'href="(/review/exports\?[^"]+)"', found)
    assert address
    page = yang.get(address[1].replace("&amp;", "&")).text
    assert "余氯 &lt; 0.4 mg/L" in page
    carried = dict(re.findall(r'<input type="hidden" name="(what|cmp|fig|high)" value="([^"]*)"', page))
    assert [row[0] for row in lines(yang, export(yang, place="pool", **carried))[1:2]] == [low]
    assert lines(yang, export(yang, view="readings", **carried))[1][0] == low


def test_readings_of_one_parameter(chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.5")
    page = yang.get(HERE).text
    assert '<option value="chlorine">余氯 (mg/L)</option>' in page
    first, *rows = lines(yang, id_ := export(yang, view="readings", parameter="chlorine", place="pool"))
    found = dict(zip(first, rows[0], strict=True))
    assert (found["原样填写"], found["读数"], found["当时下限"], found["当时上限"]) == ("0.5", "0.5", "0.4", "0.6")
    assert ["# 条件", "地点：游泳池；参数：余氯"] in rows
    assert "地点：游泳池；参数：余氯" in yang.get(f"{HERE}/{id_}", HX_Request="true").text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"view": "runs", "parameter": "chlorine"}, "只有读数能按参数挑选"), ({"view": "readings", "parameter": "x"}, "没有这个规程"),
        ({"view": "book:equipment_repairs", "place": "pool"}, "登记簿只能按日期和文字缩小"),
        ({"view": "answers:pool/round", "procedure": "pool/other"}, "填写内容只能是一个规程的"),
    ],
)  # fmt: skip
def test_a_condition_that_would_narrow_nothing_is_told(chen: Tablet, yang: Tablet, form: dict[str, str], told: str) -> None:
    done(chen, "0.5")
    answer = yang.post(HERE, form="csv", **form)
    assert answer.status_code == 422
    assert told in answer.text
    if form.get("parameter") == "chlorine":
        assert '<option value="chlorine" selected' in answer.text


def test_answers_and_a_book(chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.5")
    first, row, *_ = lines(yang, export(yang, view="answers:pool/round"))
    assert dict(zip(first, row, strict=True))["余氯"] == "0.5"
    assert lines(yang, export(yang, view="book:equipment_repairs"))[0][0] == "时间"


@pytest.mark.parametrize("typed", ["=1+2", "@SUM(A1)", "+8613", "-1+1", "＝1"])
def test_what_somebody_typed_is_no_formula(chen: Tablet, yang: Tablet, typed: str) -> None:
    run = chen.start("pool/round")
    chen.step(run, "said", typed=typed)
    rows = lines(yang, export(yang, view="answers:pool/round"))
    assert f"'{typed}" in rows[1]


@pytest.mark.parametrize(
    "form",
    [
        {"view": "nothing"}, {"view": "answers"}, {"view": "answers:../x"}, {"view": "book:x"}, {"view": "runs:x"}, {"form": "exe"},
        {"from": "2026-13-01"}, {"from": "2026-11-03", "until": "2026-11-02"}, {"what": "r:chlorine", "cmp": "below", "fig": "x", "high": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_kept(yang: Tablet, form: dict[str, str]) -> None:
    before = yang.house.events
    answer = yang.post(HERE, **{"view": "runs", "form": "xlsx", "place": "pool"} | form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert '<option value="pool" selected' in answer.text
    assert yang.house.events == before


def test_it_is_on_record(yang: Tablet) -> None:
    before = yang.house.events
    export(yang, place="pool")
    assert yang.house.events == before + 1


def test_one_does_not_touch_anothers(chen: Tablet, yang: Tablet) -> None:
    id_, zhou = export(yang), yang.house.signed_on("zhou")
    assert zhou.get(f"{HERE}/{id_}/file").status_code == 200
    assert zhou.post(f"{HERE}/{id_}", act="remove").status_code == 403
    assert 'value="remove"' not in zhou.get(HERE).text
    assert yang.post(f"{HERE}/{id_}", act="remove").status_code == 303
    assert yang.get(f"{HERE}/{id_}/file").status_code == 404
    assert yang.post(f"{HERE}/{id_}", act="remove").status_code == 404


@pytest.mark.parametrize("id_", ["..%2f..%2fledger", "....", "0" * 16, "%2e%2e", "x" * 400])
def test_no_other_file_can_be_had(yang: Tablet, id_: str) -> None:
    assert yang.get(f"{HERE}/{id_}/file").status_code == 404


def test_what_stopped_goes_on(chen: Tablet, yang: Tablet) -> None:
    done(chen)
    exports: Exports = yang.house.app.extensions["exports"]
    with exports._turn:  # somebody else's is being worked on
        id_ = yang.post(HERE, view="runs", form="csv").location.rpartition("#x-")[2]
        assert "等着开始" in yang.get(f"{HERE}/{id_}", HX_Request="true").text
        assert yang.post(f"{HERE}/{id_}", act="cancel").status_code == 303
        page = yang.get(HERE).text
        assert "已停下" in page
    time.sleep(0.1)
    assert yang.post(f"{HERE}/{id_}", act="go_on").status_code == 303
    deadline = time.monotonic() + 30
    while exports.of(id_).state != "done":  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_who_may_enter(chen: Tablet, pool: House) -> None:
    assert chen.get(HERE).status_code == 403
    assert chen.post(HERE, view="runs", form="csv").status_code == 403
    assert "review/exports" in pool.signed_on("zhou").get(HERE).text


def test_in_english(yang: Tablet) -> None:
    yang.post("/language", lang="en")
    page = yang.get(HERE).text
    assert "Take data out as a file" in page
    assert lines(yang, export(yang))[0][0] == "Run"
