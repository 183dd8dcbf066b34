"""Every word is there in both languages and used, and every refusal reads as a sentence with the facts it carries."""

import re
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from engine.procedure.limits import Band
from engine.procedure.site import Permission
from engine.procedure.step import Sign
from engine.review.questions import KINDS
from engine.review.queue import GROUPS
from engine.review.search import Order
from engine.run.events import Cause, Listed
from engine.run.refusal import CODES, Refusal
from engine.run.review_state import Status
from engine.sentences import SENTENCES
from engine.wording import Names, told
from webui.present.lines import tone_of
from webui.present.reviewing import TABS
from webui.present.trending import ROOMS
from webui.refusals import _KNOWN
from webui.words import catalogue, words

from .cast import House, Tablet
from .rich import PIN
from .tending import Pool, picture
from .test_photos import REFUSED, take

WEBUI = Path(__file__).parents[2] / "webui"
CJK = re.compile(r"[一-鿿]")
SAME = {"weekday"}
OF_THE_DOOR = {
    "not_published",
    "no_note",
    "nothing_new",
    "overtaken",
    "in_the_past",
    "file_changed",
    "has_errors",
    "scenarios_fail",
    "still_named",
    "own_proposal",
    "not_open",
    "name_taken",
    "row_closed",
    "item_needed",
    "none_ticked",
    "unknown_report",
    "report_changed",
    "report_same",
    "signed_before",
    "none_chosen",
    "hold_on_no_run",
    "nothing_to_erase",
    "unplayable",
    "held",
    "hold_on_nothing",
    "period_backwards",
    "no_such_hold",
    "not_clean",
    "cannot_be_read",
    "unknown_run",
    "busy",
    "pin_wrong",
    "pin_locked",
    "misused",
    "too_large",
    "not_an_image",
    "too_many_pixels",
    "took_too_long",
}


def families() -> dict[str, set[str]]:
    """Keys made from a prefix and a value, with every value there can be."""
    stages = set(re.findall(r'"(act|wait|remeasure|accept|closed|open)"', (WEBUI / "present" / "troubles.py").read_text()))
    faults = {str(code) for code in (*_KNOWN, 409, 500, 503)}
    return {
        "weekday": {str(day) for day in range(7)},
        "state": {"running", "held", "completed", "abandoned"},
        "stage": stages,
        "cause": set(get_args(Cause)),
        "band": {band.value for band in Band},
        "meaning": set(get_args(Sign.model_fields["meaning"].annotation)),
        "may": set(get_args(Permission)),
        "review": set(TABS),
        "report": {"signed", "made", "late", "late_some", "another_person", "your_turn", "not_your_turn", "waits_for"},
        "review_is": set(get_args(Status)),
        "review_was": {"answered", "asked", "reopened", "returned"},
        "back": {"answered", "asked", "returned"},
        "just": {"approved", "asked", "returned"},
        "queue": {*GROUPS, *(f"{group}_help" for group in GROUPS)},
        "find_order": set(get_args(Order)),
        "find_wrong": {"any", "open", "noted"},
        "find_span": {"today", "yesterday", "last_week", "this_month", "last_month"},
        "trends": {*ROOMS, "month", "week", "low", "high", *(f"{said}_{kind}" for said in ("title", "rule") for kind in KINDS)},
        "listed": set(get_args(get_type_hints(Listed)["kind"])),
        "fault": faults | {f"{code}_text" for code in faults},
    }


def used() -> set[str]:
    """Every key named in templates and code."""
    sources = [path.read_text() for path in (*WEBUI.rglob("*.html"), *WEBUI.rglob("*.py"))]
    named = {
        key
        for text in sources
        for key in re.findall(r"(?<![\w./\"'])(?:w|look\.w|looks\.w|said\(\)|words|self\.w)\.([a-z_0-9]+)", text)
    }
    made = {f"{prefix}_{value}" for prefix, values in families().items() for value in values}
    return (named | made) - {"language"}


def test_every_word_used_is_there() -> None:
    assert used() - catalogue().keys() == set()


def test_every_word_is_used() -> None:
    source = "\n".join(path.read_text() for path in (*WEBUI.rglob("*.html"), *WEBUI.rglob("*.py")))
    unused = {key for key in catalogue().keys() - used() if not re.search(rf"[\"'.]{key}\b", source)}
    assert unused == set()


def test_families_are_made_where_they_are_used() -> None:
    source = "\n".join(path.read_text() for path in WEBUI.rglob("*.py"))
    made = set(re.findall(r'f"([a-z]+)_\{', source)) & {key.split("_")[0] for key in catalogue()}
    assert made <= families().keys()


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_word_is_there_in_both_languages(key: str) -> None:
    texts = catalogue()[key]
    assert texts.keys() == {"zh", "en"}
    assert all(text.strip() == text and text for text in texts.values())
    assert not CJK.search(texts["en"])
    assert CJK.search(texts["zh"]) or texts["zh"] == texts["en"]
    assert fields(texts["zh"]) == fields(texts["en"])
    assert not set("<>") & set(texts["zh"] + texts["en"])


def fields(text: str) -> set[str]:
    """The names a text leaves open."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogue_is_what_pages_get() -> None:
    assert words("zh").today == "今日"
    assert words("en").today == "Today"
    with pytest.raises(AttributeError):
        _ = words("en").nothing_of_the_kind


def test_every_tone_has_a_word() -> None:
    assert tone_of.__doc__
    icons = set(re.findall(r'id="i-([a-z]+)"', (WEBUI / "templates/parts/sprite.html").read_text()))
    used_icons = {icon for path in WEBUI.rglob("*.html") for icon in re.findall(r'href="#i-([a-z]+)"', path.read_text())}
    assert used_icons <= icons
    assert {"done", "due", "overdue", "deviation", "waiting", "later", "skipped", "off"} <= icons


def test_every_refusal_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert (CODES.keys() | OF_THE_DOOR) - SENTENCES.keys() == set()
    assert SENTENCES.keys() - CODES.keys() - OF_THE_DOOR == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_short_and_in_both_languages(code: str) -> None:
    zh, en = SENTENCES[code]
    assert CJK.search(zh)
    assert not CJK.search(en)
    assert fields(zh) == fields(en)
    assert len(zh) <= 60
    assert len(en) <= 110
    facts = CODES.get(code, "")
    known = set(re.findall(r"[a-z_]+", facts)) | {
        "range",
        "count",
        "failures",
        "ready_at",
        "seconds",
        "procedure",
        "name",
        "titles",
        "reason",
    }
    assert fields(zh) <= known, (code, facts)


def test_every_permission_reads_as_words() -> None:
    for permission in ("accept_deviations", "grant_extensions", "abandon_runs"):
        assert permission in get_args(Permission)
        for language in ("zh", "en"):
            assert permission not in told(Refusal("not_permitted", facts={"permission": permission}), language)


def test_times_of_another_day_are_told_with_the_day() -> None:
    until = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert "11-20" in told(Refusal("not_later", facts={"until": until}), "zh", Names("zh"))


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


# -- one and many --------------------------------------------------------------------------------------------------------------

PLURAL = re.compile(
    r"\{([a-z]\w*)\} (?:[a-z-]+ )?(?!is\b|was\b|has\b|within\b)[a-z]+s\b(?<! is)(?<! was)(?<! limits)(?! (?:of|are|use))|\{(\w+)\} (?:people|more are)\b"
)
NEVER_ONE = {
    "past_days", "trends_last_days",  # 7 days and more
    "export_too_long", "find_more_than", "trends_drawn", "trends_drawn_worst", "trends_why_burst", "trends_why_same", "trends_why_alike",
    "trends_pace_about", "refused_sign_on", "find_name_wanted", "token_name_wrong", "token_too_many", "paper_too_long",
    "too_long", "rounds_missing", "doubt_sizes",
}  # fmt: skip
NO_NUMBERS = {"by", "who", "hands", "person", "name", "limit", "limits", "day", "steps", "title", "due", "until", "size", "roles"}


def test_in_english_one_is_not_told_as_many() -> None:
    """What follows a number in a pattern says both: {count} {count:run|runs}."""
    texts = {key: text["en"] for key, text in catalogue().items()} | {code: pair[1] for code, pair in SENTENCES.items()}
    faults = [
        f"{key}: {text}"
        for key, text in texts.items()
        for found in PLURAL.finditer(text)
        if key not in NEVER_ONE and not {found[1], found[2]} & NO_NUMBERS
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 people"), (1, "1 person"), ("1", "1 person"), (2, "2 people"), ("1,000", "1,000 people")]
)
def test_one_and_many_in_a_page(count: object, told: str) -> None:
    w = words("en")
    assert w.people_count.format(count=count) == told
    assert str(w.people_count).format(count=count) == told
    assert words("zh").people_count.format(count=count).startswith(f"{count} ")


def test_one_and_many_in_a_refusal() -> None:
    assert "At least 1 photo is needed" in told(Refusal("photos_missing", facts={"least": 1}), "en")
    assert "At least 2 photos are needed" in told(Refusal("photos_missing", facts={"least": 2}), "en")
