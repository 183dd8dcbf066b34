"""Every word is there in both languages and used, and every refusal has its sentence."""

import re
import string
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

WEBUI = Path(__file__).parents[2] / "webui"
CJK = re.compile(r"[一-鿿]")
SAME = {"weekday"}
TEXTS = {".py", ".json", ".yaml", ".html", ".js"}
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


PLURAL = re.compile(
    r"\{([a-z]\w*)\} (?:[a-z-]+ )?(?!is\b|was\b|has\b|within\b)[a-z]+s\b(?<! is)(?<! was)(?<! limits)(?! (?:of|are|use))|\{(\w+)\} (?:people|more are)\b"
)
NEVER_ONE = {
    "past_days", "trends_last_days",  # 7 days and more
    "export_too_long", "find_more_than", "trends_drawn", "trends_drawn_worst", "trends_why_burst", "trends_why_same", "trends_why_alike",
    "trends_pace_about", "refused_sign_on", "find_name_wanted", "token_name_wrong", "token_too_many", "paper_too_long",
    "too_long", "rounds_missing", "doubt_sizes", "apart_more",
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


@pytest.mark.parametrize(("other", "chosen"), [("参考卡", "速查卡")])
def test_one_thing_has_one_word_everywhere(other: str, chosen: str) -> None:
    root = WEBUI.parent
    texts = [path for folder in ("engine", "webui", "sops") for path in (root / folder).rglob("*") if path.suffix in TEXTS]
    said = {str(path.relative_to(root)): path.read_text("utf-8") for path in texts}
    assert not [name for name, text in said.items() if other in text]
    assert any(chosen in text for text in said.values())
