"""The trends' pages: in plain words, as a chart whose marks lead to records, over any period, of nothing and of one reading."""

import json
import re
from datetime import timedelta

import pytest

from engine.procedure.procedure import Procedure
from engine.receipts import Receipt
from engine.revisions import revision_of
from engine.run import commands as c

from .cast import MORNING, House, Tablet
from .judging import chen, done, pool, yang
from .trending import _MARK, DAY, HERE, ROOMS, marks

__all__ = ["chen", "pool", "yang"]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "query", ["", "days=365", "from=2026-11-01&until=2026-11-01", "place=pool&procedure=pool/prep", "place=x"]
)
def test_nothing_to_show_is_said_and_is_no_error(yang: Tablet, room: str, query: str) -> None:
    answer = yang.get(f"{room}?{query}")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text or "没有发现这一类" in answer.text


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-02", "2026-11-01"), ("2026-11-02", ""), ("gestern", "2026-11-02"), ("2001-01-01", "2026-11-02"), ("2026-11-02", "9999-12-31")],
)  # fmt: skip
def test_a_period_that_is_none_is_told_and_kept(yang: Tablet, room: str, since: str, until: str) -> None:
    answer = yang.get(f"{room}?from={since}&until={until}")
    assert answer.status_code == 422
    assert "最长五年" in answer.text
    assert f'name="from" value="{since}" aria-invalid' in answer.text
    assert f'name="until" value="{until}" aria-invalid' in answer.text


def test_one_reading_is_a_chart(chen: Tablet, yang: Tablet) -> None:
    run = done(chen, "0.5")
    page = yang.get(HERE).text
    assert "1 次首测全部合格" in page
    assert "次数还少" in page
    assert marks(page) == {(run, "done", "dot")}
    assert page.count('<g class="limits"><rect') == 1
    assert "没有不合格的读数" in page


def test_marks_say_by_shape_colour_and_word_where_a_reading_lies(chen: Tablet, yang: Tablet) -> None:
    low, good, high = done(chen, "0.3"), done(chen, "0.5"), done(chen, "0.7")
    page = yang.get(HERE).text
    assert marks(page) == {(low, "deviation", "down"), (good, "done", "dot"), (high, "deviation", "up")}
    assert "3 次首测里 33.3% 合格；2 次不合格（偏低 1，偏高 1）" in page
    labels = {run: label for run, _, _, label in _MARK.findall(page)}
    assert labels[low].endswith("0.3 mg/L · 不合格（偏低） · 游泳池")
    assert "不合格（偏高）" in labels[high]
    assert '<th>时间</th><th class="amount">读数</th><th>判定</th>' in page
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert table.index(high) < table.index(low)  # the newest first
    assert table.count("0.4–0.6") == 2
    yang.post("/language", lang="en", next="/")
    assert "33.3% of 3 first readings within limits; 2 outside (1 low, 1 high)" in yang.get(HERE).text


def test_only_of_the_place_procedure_and_period_that_are_chosen(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen, "0.5")
    pool.clock.put_forward(40 * DAY)
    assert run in yang.get(f"{HERE}?days=90").text
    assert run not in yang.get(f"{HERE}?days=30").text
    assert run in yang.get(f"{HERE}?place=pool&procedure=pool/round").text
    assert run not in yang.get(f"{HERE}?place=gym").text
    assert run not in yang.get(f"{HERE}?procedure=pool/prep").text
    day = f"{MORNING + timedelta(hours=8):%Y-%m-%d}"
    assert run in yang.get(f"{HERE}?from={day}&until={day}").text


def test_what_is_chosen_goes_along_to_the_other_rooms(chen: Tablet, yang: Tablet) -> None:
    done(chen)
    page = yang.get(f"{HERE}?parameter=chlorine&place=pool&days=30").text
    for room in ROOMS[1:]:
        assert f'href="{room}?parameter=chlorine&amp;place=pool&amp;days=30"' in page


def test_points_for_a_closer_look_are_the_same(chen: Tablet, yang: Tablet) -> None:
    runs = [done(chen, value) for value in ("0.3", "0.5")]
    found = yang.get(f"{HERE}/points?parameter=chlorine").json
    assert found is not None
    assert (found["value"], found["out"], found["run"]) == ([0.3, 0.5], [1, 0], runs)
    assert found["at"][0] == int(MORNING.timestamp())
    assert yang.get(f"{HERE}/points?parameter=none").status_code == 200


def test_a_closer_look_has_the_same_marks_and_lines(pool: House, chen: Tablet, yang: Tablet) -> None:
    for value in ("0.5", "0.3", "0.7"):
        done(chen, value)
        pool.clock.put_forward(DAY)
        chen = pool.signed_on("chen")
    again = chen.start("pool/round")
    chen.step(again, "cl", typed="0.3")
    engine, actor = pool.product.engine, pool.product.engine.actor(pool.product.engine.directory.now().people["chen"], "tablet")
    (deviation,) = engine.run(again).state.open_deviations()
    for number, act in enumerate((c.ActOn(deviation.id, "补投"), c.Remeasure(deviation.id, "0.5"))):
        pool.clock.put_forward(DAY / 48)
        outcome = engine.give(c.Command(f"again{number}command", again, actor, pool.clock.now(), act))
        assert isinstance(outcome, Receipt), outcome
    query = "parameter=chlorine&from=2026-11-01&until=2026-11-06"
    found, page = yang.get(f"{HERE}/points?{query}").json, yang.get(f"{HERE}?{query}").text
    assert found is not None
    assert found["shape"] == ["dot", "down", "up", "down", "square"]
    assert {(run, shape) for run, _, shape in marks(page)} == set(zip(found["run"], found["shape"], strict=True))
    assert found["joins"] == [[3, 4]]
    assert [value for _, value in found["middle"]] == [0.5, 0.3, 0.7, 0.3]
    drawn = re.search(r'<polyline class="middle" points="([^"]+)"', page)
    assert drawn
    assert len(drawn[1].split()) == len(found["middle"])
    assert yang.get(f"{HERE}/points?{query}&place=hall").json["middle"] == []  # type: ignore[index]


def changed(pool: House, **changes: object) -> None:
    """The round is published with another figure, or with other steps."""
    engine = pool.product.engine
    plan = engine.plan("pool/round")
    assert plan is not None
    written = json.loads(plan.procedure.model_dump_json(by_alias=True, exclude_unset=True))
    written["parameters"]["chlorine"] |= changes
    engine.publish(
        [revision_of("pool/round", Procedure.model_validate_json(json.dumps(written)), engine.site, f"# {changes}")], "test"
    )


def test_readings_in_another_unit_are_neither_drawn_nor_counted_with_the_others(pool: House, chen: Tablet, yang: Tablet) -> None:
    old = [done(chen, "0.5"), done(chen, "0.3")]
    changed(pool, unit="ppm")
    new = done(chen, "0.5")
    page = yang.get(HERE).text
    assert {run for run, *_ in marks(page)} == {new}  # the unit of the newest, where none is chosen
    assert "ppm：1 次" in page
    assert "不同单位的读数不能画在一起" in page
    other = re.search(r'href="([^"]+)">mg/L：', page)
    assert other
    page = yang.get(other[1].replace("&amp;", "&")).text
    assert {run for run, *_ in marks(page)} == {*old}
    assert "2 次首测里 50.0% 合格" in page
    assert "0.3 mg/L" in page
    assert yang.get(f"{HERE}/points?parameter=chlorine&unit=mg/L").json["run"] == old  # type: ignore[index]
    assert {run for run, *_ in marks(yang.get(f"{HERE}?unit=furlong").text)} == {new}


def test_limits_changed_in_the_middle_judge_each_reading_by_its_own(pool: House, chen: Tablet, yang: Tablet) -> None:
    low = done(chen, "0.3")
    changed(pool, limits={"low": "0.2", "high": "1.0"})
    pool.clock.put_forward(DAY)
    fine = done(chen, "0.3")
    page = yang.get(HERE).text
    assert marks(page) == {(low, "deviation", "down"), (fine, "done", "dot")}
    assert page.count('<g class="limits"><rect') == 1
    assert page[page.index('<g class="limits">') : page.index('<g class="axis"')].count("<rect") == 2
    found = yang.get(f"{HERE}/points?parameter=chlorine").json
    assert found is not None
    assert (found["low"], found["high"]) == ([0.4, 0.2], [0.6, 1.0])


def test_what_nothing_measures_any_more_is_called_as_it_was(pool: House, yang: Tablet) -> None:
    engine = pool.product.engine
    rest = {"format": 1, "title": "夜灯", "place": "pool", "done_by": ["lifeguard"], "steps": [{"check": "看", "id": "look"}]}
    glow = {"glow": {"title": {"zh": "亮度", "en": "Glow"}, "unit": "lx", "limits": {"low": "2"}}}
    measured = rest | {"parameters": glow, "steps": [{"measure": "亮度", "id": "lamp", "parameter": "glow"}]}
    engine.publish([revision_of("pool/lamp", Procedure.model_validate_json(json.dumps(measured)), engine.site, "# lamp")], "test")
    actor = engine.actor(engine.directory.now().people["chen"], "tablet")
    acts: tuple[c.Act, ...] = (c.StartRun("pool/lamp", "", "pool"), c.AnswerStep("lamp", "3"), c.Complete())
    for number, act in enumerate(acts):
        command = c.Command(f"lamp{number}command", "lamprun", actor, pool.clock.now(), act)
        assert isinstance(engine.start(command) if number == 0 else engine.give(command), Receipt)
    engine.publish([revision_of("pool/lamp", Procedure.model_validate(rest), engine.site, "# no reading")], "test")
    page = yang.get(f"{HERE}?parameter=glow").text
    assert '<option value="glow" selected>亮度 (lx)（现在不测了）</option>' in page
    assert "1 次首测全部合格" in page
    assert '<g class="limits"><rect' in page
    assert yang.get(f"{HERE}/points?parameter=glow").json["title"] == "亮度"  # type: ignore[index]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_questions_are_asked_as_such(yang: Tablet, language: str) -> None:
    yang.post("/language", lang=language, next="/")
    page = yang.get(f"{HERE}/questions").text
    rules = re.findall(r'<section class="kind" id="(\w+)">', page)
    assert rules == ["burst", "same", "alike", "early", "heaped", "off"]
    titles = re.findall(r'<section class="kind" id="\w+"><h2>([^<]*)', page)
    assert all(title.endswith(("？", "?")) for title in titles)  # questions, no verdicts


def test_the_same_decimals_are_asked_about_with_the_runs(pool: House, chen: Tablet, yang: Tablet) -> None:
    varied = [f"0.{41 + n * 7 % 19}" for n in range(24)]
    runs = list[str]()
    for value in (*varied, "0.37", "1.37", "2.37", "0.37", "1.37"):
        runs.append(done(chen, value))
        pool.clock.put_forward(DAY)
    for language, sentence in (
        ("zh", "余氯连续 5 次都以 .37 结尾（0.37、1.37、2.37；"),
        ("en", "ended in .37 5 times in a row (0.37, 1.37, 2.37;"),
    ):
        yang.post("/language", lang=language, next="/")
        page = yang.get(f"{HERE}/questions").text
        asked = page[page.index('id="alike"') : page.index('id="early"')]
        assert sentence in asked
        assert all(f'href="/runs/{run}/record"' in asked for run in runs[-5:])


def test_only_for_those_who_review(chen: Tablet) -> None:
    for room in (*ROOMS, f"{HERE}/points"):
        assert chen.get(room).status_code == 403
