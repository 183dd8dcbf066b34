"""Refusals as sentences on a page: each says the facts that it carries."""

import re
from collections.abc import Callable, Iterator

import pytest

from .cast import House, Tablet
from .rich import PIN
from .tending import Pool, picture
from .test_photos import REFUSED, take

# Refusals driven through the pages: the sentence must carry the facts, whole and in the reader's words.
Drive = Callable[[Pool], str]
SENTENCE = re.compile(r'role="alert"[^>]*>([^<]*)<|class="no"[^>]*>([^<]*)<')
FACTS: list[tuple[str, str, dict[str, object], str, str]] = [
    ("caps", "guard", {"typed": "501"}, "0–500", "within 0–500"),
    ("caps", "guard", {"typed": "1.5"}, "“1.5”要填整数", "“1.5” must be a whole number"),
    ("caps", "guard", {"typed": ""}, "还没有填数字", "No figure was given"),
    ("chlorine", "guard", {"typed": "0,5"}, "“0,5”里有逗号", "“0,5” has a comma"),
    ("chlorine", "guard", {"typed": "1e1"}, "“1e1”请写成普通数字", "Write “1e1” as a plain number"),
    ("chlorine", "guard", {"typed": "五"}, "“五”不是数字", "“五” is not a number"),
    (
        "chlorine",
        "guard",
        {"typed": "50"},
        "“50 mg/L”像是输错了（应在 0–10 之间）",
        "“50 mg/L” cannot be right (expected 0–10)",
    ),
    ("dosing", "guard", {"typed": "much"}, "没有“much”这个选项", "There is no option “much”"),
    ("dosing", "guard", {"typed": ""}, "还没有填", "Nothing was given"),
    ("diary", "guard", {"typed": "长" * 4001}, "最多 4000 个字", "at most 4000 characters"),
    ("report", "guard", {"typed": "昨天"}, "日期写成 2026-11-02", "Write the date as 2026-11-02"),
    ("machines", "guard", {"item": "three"}, "清单里没有这一项", "That is not on the list"),
    ("machines", "guard", {"act": "item_not_done", "bad": "one", "bad_why": ""}, "请写一句原因", "Give a reason"),
    ("surface", "guard", {"act": "answer"}, "至少要 1 张照片", "At least 1 photo is needed"),
    ("locked", "guard", {"typed": "done"}, "这一步要附照片", "This step needs a photo"),
    ("door", "engineer", {"typed": "done"}, "这一步由救生员", "This is for: 救生员"),
    ("product", "guard", {"typed": "x"}, "要先回答：投药", "First answer: 投药"),
    ("door", "guard", {"act": "amend", "why": "x", "typed": "done"}, "这一步还没有填", "Nothing is recorded here yet"),
    ("door", "guard", {"act": "begin"}, "这一步不能这样填", "not answered that way"),
    ("circulation", "guard", {"act": "end"}, "还没开始计时", "The clock is not running yet"),
    ("handed", "engineer", {"act": "receive"}, "还没有人交过来", "Nothing was handed over yet"),
    ("signed", "guard", {"act": "sign"}, "签名要再输一次 PIN", "Signing takes your PIN once more"),
    ("signed", "guard", {"act": "sign", "pin": "000000"}, "PIN 不对", "That PIN is not right"),
    ("signed", "guard", {"act": "sign", "pin": PIN}, "签名前先做完：", "Before signing, finish: "),
    ("timed", "lead", {"act": "extend", "until": "2026-11-02T06:40", "why": "忙"}, "（11-02 07:00）", "(11-02 07:00)"),
]


def sentences(page: str) -> Iterator[str]:
    """What a page says in its alerts."""
    return (a or b for a, b in SENTENCE.findall(page))


def told_wholly(page: str, expected: str) -> None:
    """The sentence is there, with nothing left open in it and nothing of the machine."""
    found = list(sentences(page))
    assert any(expected in sentence for sentence in found), (expected, found)
    for sentence in found:
        assert "{" not in sentence
        assert "—" not in sentence


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return Pool(rich, tablet.start("pool/rich"), tablet)


def test_refusals_say_what_they_know(pool: Pool) -> None:
    for language in ("zh", "en"):
        for person in ("guard", "engineer", "lead"):
            pool.by(person).post("/language", lang=language)
        if language == "en":
            pool.house.product.engine.pins.set("guard", PIN, pool.house.clock.now())
        for step, by, sent, zh, en in FACTS:
            answer = pool.do(step, by=by, **sent)
            assert answer.status_code == 422, (step, sent)
            told_wholly(answer.text, zh if language == "zh" else en)
    assert pool.version == 1


def test_refusals_of_deviations_and_waits_say_what_they_know(pool: Pool) -> None:
    pool.do("chlorine", typed="0.25")
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    told_wholly(pool.guard.post(address, htmx=True, act="remeasure", typed="0.5").text, "先做处置并写下做了什么：补投")
    told_wholly(pool.guard.post(address, htmx=True, act="accept", text="x").text, "只有领班可以接受")
    pool.guard.post(address, htmx=True, act="act_on", text="x")
    told_wholly(pool.guard.post(address, htmx=True, act="remeasure", typed="0.5").text, "06:45 起可以复测")
    pool.do("circulation", act="begin")
    told_wholly(pool.do("circulation", act="begin").text, "已经开始计时了")
    told_wholly(pool.do("circulation", act="end").text, "07:30 才够")
    pool.do("handed", act="hand")
    assert pool.do("handed", act="receive").status_code == 422
    pool.do("handed", by="engineer", act="receive")
    told_wholly(pool.do("handed", act="hand").text, "已经签收")
    told_wholly(pool.guard.post(f"/runs/{pool.run}/complete").text, "还不能完成，先处理：")
    told_wholly(pool.guard.post(f"/runs/{pool.run}/resume").text, "没有暂停")
    pool.guard.post(f"/runs/{pool.run}/hold", why="x")
    told_wholly(pool.do("door", typed="done").text, "已暂停")
    pool.by("lead").post(f"/runs/{pool.run}/abandon", why="x")
    told_wholly(pool.guard.post(f"/runs/{pool.run}/hold", why="x").text, "这次检查已经作废")


@pytest.mark.parametrize("what", ["svg", "bomb", "too large"])
def test_photos_refused_say_why_in_english_too(pool: Pool, what: str) -> None:
    pool.guard.post("/language", lang="en")
    data, _ = REFUSED[what]
    answer = take((pool.guard, pool.run), data)
    told_wholly(answer.text, {"svg": "not a photo", "bomb": "too many pixels", "too large": "at most 12 MB"}[what])


def test_the_guard_can_be_told_apart(pool: Pool) -> None:
    assert isinstance(pool.guard, Tablet)
    assert picture()[1] == "a.jpg"
