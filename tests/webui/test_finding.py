"""Finding in cards: every word, either language, any order, any spelling of a telephone number; the best first, what was found marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cards import LiveCard
from engine.procedure.text import Language
from engine.procedure.wording import Wording
from webui.present.finding import _BEST, Found, Pieces, find

WORDINGS = {
    "rescue": Wording("溺水救护卡", "1. 沉着。一人施救，另一人拨 120，并报告主管。\n2. 用救生圈。", "Rescue from the water", "Stay calm. Call 120."),
    "phones": Wording(
        "常用电话",
        "急救 120　火警 119\n设备部 8765-4321\n安全部 (021) 6543 2109 转 8012\n保洁部 ８００１",
        "Telephone list",
        "Ambulance 120 - Fire 119\nEngineering 8765-4321\nSecurity (021) 6543 2109",
    ),
    "areas": Wording("区域分布", "设备部在地下一层，安全部在大门。\n\n泳池在二层"),
    "cafe": Wording("咖啡", "三层", "CAFÉ Straße", "2nd floor; ask the Duty Manager"),
}  # fmt: skip
CARDS = [LiveCard(name, wording, "", None) for name, wording in WORDINGS.items()]


def names(found: Found) -> list[str]:
    return [hit.name for hit in found.hits]


def said(pieces: Pieces) -> str:
    """A line with what was found in brackets."""
    return "".join(f"[{one.text}]" if one.is_found else one.text for one in pieces)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("120", ["rescue", "phones"]),
        ("设备部", ["phones", "areas"]),
        ("电话 设备部", ["phones"]),
        ("设备部 电话", ["phones"]),
        ("设备部电话", ["phones"]),
        ("救护溺水", ["rescue"]),
        ("溺水救护", ["rescue"]),
        ("设备部，电话", ["phones"]),
        ("  电话  ", ["phones"]),
        ("87654321", ["phones"]),
        ("8765-4321", ["phones"]),
        ("8765 4321", ["phones"]),
        ("8765.4321", ["phones"]),
        ("８７６５－４３２１", ["phones"]),
        ("02165432109", ["phones"]),
        ("(021) 65432109", ["phones"]),
        ("021-6543-2109", ["phones"]),
        ("8001", ["phones"]),
        ("8012 安全部", ["phones"]),
        ("ENGINEERING", ["phones"]),
        ("list telephone", ["phones"]),
        ("ambul", ["phones"]),
        ("电话 engineering", ["phones"]),
        ("strasse café", ["cafe"]),
        ("manager duty", ["cafe"]),
        ("泳池 设备部", ["areas"]),
        ("120120", []),
        ("设备部 健身房", []),
        ("43218765", []),
        ("咖啡电话", []),
        ("zzz", []),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_found(query: str, expected: list[str], language: Language) -> None:
    assert sorted(names(find(CARDS, query, language))) == sorted(expected)


@pytest.mark.parametrize("query", ["", "   ", "，。", "-"])
def test_where_nothing_is_looked_for_all_are_there_in_their_order(query: str) -> None:
    found = find(CARDS, query, "zh")
    assert names(found) == list(WORDINGS)
    assert found.count == len(WORDINGS)
    assert said(found.hits[2].title) == "区域分布"
    assert said(found.hits[2].lines[0]) == "设备部在地下一层，安全部在大门。"
    assert find([], query, "zh") == Found((), 0)


def test_the_best_is_first() -> None:
    cards = [
        LiveCard("apart", Wording("甲", "泳池\n电话"), "", None),
        LiveCard("pieces", Wording("乙", "泳池。电话"), "", None),
        LiveCard("line", Wording("丙", "泳池的电话"), "", None),
        LiveCard("title", Wording("电话", "泳池"), "", None),
        LiveCard("both", Wording("泳池电话", "无"), "", None),
    ]
    assert names(find(cards, "泳池 电话", "zh")) == ["both", "title", "pieces", "line", "apart"]
    assert names(find(cards, "泳池电话", "zh"))[0] == "both"
    assert set(names(find(cards, "泳池电话", "zh"))) == {"both", "title", "pieces", "line", "apart"}


def test_the_lines_that_match_are_shown_and_marked() -> None:
    hit = find(CARDS, "87654321 设备部", "zh").hits[0]
    assert [said(line) for line in hit.lines] == ["[设备部] [8765-4321]"]
    assert said(hit.title) == "常用电话"
    assert (hit.others, hit.more) == ((), 0)
    assert said(find(CARDS, "8001", "zh").hits[0].lines[0]) == "保洁部 [８００１]"
    assert said(find(CARDS, "溺水", "zh").hits[0].title) == "[溺水]救护卡"
    assert [said(line) for line in find(CARDS, "strasse", "en").hits[0].lines] == ["2nd floor; ask the Duty Manager"]


def test_words_found_only_in_the_other_language_show_its_lines() -> None:
    hit = find(CARDS, "engineering", "zh").hits[0]
    assert said(hit.title) == "常用电话"
    assert hit.lines == ()
    assert [said(line) for line in hit.others] == ["[Engineering] 8765-4321"]
    hit = find(CARDS, "设备部", "en").hits[0]
    assert said(hit.title) == "Telephone list"
    assert [said(line) for line in hit.others] == ["[设备部] 8765-4321"]
    assert said(find(CARDS, "设备部", "en").hits[1].lines[0]).startswith("[设备部]在"), "without English the Chinese is shown"


def test_few_lines_of_a_long_card_and_little_of_a_long_line() -> None:
    many = LiveCard("many", Wording("表", "\n".join(f"电话 {number}" for number in range(50))), "", None)
    hit = find([many], "电话 49", "zh").hits[0]
    assert said(hit.lines[-1]) == "[电话] [49]"
    assert (len(hit.lines), hit.more) == (4, 46)
    long = LiveCard("long", Wording("长", "空" * 3000 + "电话 8001…" + "空" * 900), "", None)
    line = said(find([long], "8001", "zh").hits[0].lines[0])
    assert "[8001]" in line
    assert len(line) < 200
    assert line.startswith("…空")
    assert line.endswith("空…")
    assert find([LiveCard(str(n), Wording("同", "样"), "", None) for n in range(100)], "同", "zh").count == 100
    assert len(find([LiveCard(str(n), Wording("同", "样"), "", None) for n in range(100)], "同", "zh").hits) == _BEST


@given(st.text(max_size=120), st.text(min_size=1, max_size=60), st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_nothing_typed_breaks_it_and_nothing_shown_is_made_up(query: str, title: str, text: str, language: Language) -> None:
    found = find([LiveCard("a", Wording(title, text), "", None)], query, language)
    for hit in found.hits:
        assert "".join(one.text for one in hit.title) == title
        for line in hit.lines:
            assert "".join(one.text for one in line).strip("…") in f"{text}…"


@given(st.text("电话设备部安全 a1", min_size=1, max_size=12), st.data())
def test_whatever_stands_in_a_card_is_found(text: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from([word for word in text.split() if word] or ["题"]))
    found = find([LiveCard("a", Wording("题", text), "", None)], word, "zh")
    assert names(found) == ["a"]


@given(st.text("0123456789", min_size=4, max_size=12), st.sampled_from(["-", " ", ".", " - ", "·"]), st.integers(1, 3))
def test_a_number_is_found_however_it_is_written(digits: str, between: str, place: int) -> None:
    apart = f"{digits[:place]}{between}{digits[place:]}"
    for written, typed in ((apart, digits), (digits, apart), (apart, apart)):
        hit = find([LiveCard("a", Wording("题", f"号 {written} 转"), "", None)], typed, "zh").hits
        assert [one.name for one in hit] == ["a"]
        marked = "".join(one.text for one in hit[0].lines[0] if one.is_found)
        assert set(digits) <= set(marked)
