"""What the editor offers and explains: keys and values by the schema, names by the site and by the text itself; also in a long file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .editing import NAMES, SHIPPED, Desk, Opens, opening, put, value

pytestmark = pytest.mark.slow  # minutes: by `make long`, not with every change

PREP = (SHIPPED / "pool/prep.yaml").read_text(encoding="utf-8")
HEAD = "format: 1\ntitle: 晨检\nplace: pool\ndone_by: [lifeguard]\n"


@pytest.fixture
def desk() -> Desk:
    """What the page shows; a test may change it before it opens the page."""
    return Desk()


@pytest.fixture
def opens(chromium: Browser, desk: Desk) -> Iterator[Opens]:
    """Opens the page."""
    with opening(chromium, desk) as opens:
        yield opens


def _offered(page: Page, text: str, kind: str = "procedure") -> list[str]:
    """What may stand where | is."""
    found = page.evaluate(
        """async ([address, names, text, place]) => { window.schemas ??= {};
           const schema = window.schemas[address] ??= await (await fetch(address)).json();
           const { offered, namesIn } = window.editing, own = {};
           const tree = window.codemirror.yamlLanguage.parser.parse(text);
           for (const [kind, ids] of Object.entries(namesIn(tree, text))) own[kind] = [...ids].map((id) => ({ id, title: "" }));
           return offered(schema, { ...own, ...names }, text, place); }""",
        [f"/schema/{kind}", _titled(), text.replace("|", "", 1), text.index("|")],
    )
    return [one["label"] for one in found["options"]] if found else []


def _titled() -> dict[str, list[dict[str, str]]]:
    return {kind: [one if isinstance(one, dict) else {"id": one, "title": ""} for one in names] for kind, names in NAMES.items()}


STEP = HEAD + "steps:\n  - measure: 余氯\n    id: chlorine\n"
KEYS = [
    ("|", {"format", "title", "steps"}, {"check", "zh"}),
    (HEAD + "|\nsteps: []\n", {"schedule", "parameters"}, {"title", "place", "steps"}),
    (STEP + "    |\n", {"parameter", "on_deviation"}, {"measure", "id", "items", "book", "options"}),
    (STEP + "    par|\n    covers: []\n", {"parameter"}, {"covers", "book"}),
    (HEAD + "steps:\n  - |\n", {"check", "measure", "section", "hand_to"}, {"id", "detail"}),
    (HEAD + "steps:\n  - id: a\n    |\n", {"check", "measure", "detail"}, {"id"}),
    (HEAD + "steps:\n  - section: 早\n    steps:\n      - sign: 好\n        |\n", {"meaning", "drawn"}, {"steps", "parameter"}),
    (STEP + "    on_deviation: {notify: [supervisor], |}\n", {"action", "remeasure"}, {"notify", "measure"}),
    (STEP + "    on_deviation: {act|: 停}\n", {"action"}, {"measure"}),
    (STEP + "    on_deviation:\n      |\n      notify: []\n", {"action"}, {"notify", "measure"}),
    ("parameters:\n  a:\n    title: 好\n    limits: {low: 1, |\n", {"high", "tolerance"}, {"low", "unit"}),
    ("parameters:\n  a:\n    |\n", {"title", "limits"}, {"steps"}),
    ("schedule:\n  - {every: day,\n     |}\n", {"at", "missed_after"}, {"every"}),
    ("title: {|}\n", {"zh", "en"}, {"title"}),
]
VALUES = [
    (HEAD + "steps:\n  - sign: 好\n    meaning: |\n", {"read", "done", "approved"}),
    (HEAD + "steps:\n  - sign: 好\n    drawn: |\n", {"true", "false"}),
    ("kind: ca|\n", {"checklist", "case", "handover"}),
    ("schedule:\n  - {every: |}\n", {"hour", "day", "week"}),
    ("done_by: [|]\n", {"lifeguard", "supervisor"}),
    ("done_by:\n  - |\n", {"lifeguard", "supervisor"}),
    ("place: |\n", {"pool"}),
    ("reference: [water_rescue, |]\n", {"water_rescue"}),
    ("parameters:\n  ph: {title: pH}\nsteps:\n  - measure: 好\n    parameter: |\n", {"ph"}),
    ("steps:\n  - check: 好\n    id: first\n  - check: 好\n    when: {|}\n", {"first", "any", "not"}),
    ("steps:\n  - check: 好\n    id: first\n  - check: 好\n    due: {within: 3 days, after: |}\n", {"first"}),
    ("steps:\n  - register: 好\n    book: |\n", {"pool_dosing"}),
    ("steps:\n  - start: 好\n    procedure: |\n", {"pool/rescue"}),
]


def test_keys_of_the_place_are_offered_and_no_others(opens: Opens) -> None:
    page = opens()
    for text, wanted, unwanted in KEYS:
        found = _offered(page, text)
        assert wanted <= set(found), (text, found)
        assert not unwanted & set(found), (text, found)


def test_values_and_names_are_offered(opens: Opens) -> None:
    page = opens()
    for text, wanted in VALUES:
        assert wanted <= set(_offered(page, text)), (text, _offered(page, text))
    assert set(_offered(page, "kind: |\n")) == {"checklist", "case", "handover"}
    assert {"first"} <= set(
        _offered(page, "scenarios:\n  - scenario: 好\n    expect: {deviations: [|]}\nsteps: [{id: first}]\n", "scenarios")
    )


IDS = (
    "parameters",
    "items",
    "options",
    "cards",
    "when",
    "not",
    "all",
    "any",
)  # what stands under them are the author's own names


def test_every_key_that_is_written_would_have_been_offered(opens: Opens) -> None:
    """Some keys of every shipped procedure, each taken out and asked for again."""
    page = opens()
    written = [
        path
        for path in sorted(SHIPPED.glob("*/*.yaml"))
        if not path.name.endswith(".test.yaml") and path.parent.name not in ("overrides", "reports")
    ]
    texts = {path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8") for path in written}
    tried, missing = page.evaluate(
        """async ([texts, ids]) => { const schema = await (await fetch("/schema/procedure")).json(), missing = [];
           const { placeOf, offered } = window.editing; let seen = 0, tried = 0;
           for (const [name, text] of Object.entries(texts)) {
             const tree = window.codemirror.yamlLanguage.parser.parse(text);
             tree.iterate({ enter: ({ name: kind, from, to }) => { if (kind !== "Key" || seen++ % 23) return;
               const key = text.slice(from, to), { path } = placeOf(tree, text, from), way = path.findLast(({ key }) => key)?.key;
               if (ids.includes(way)) return; tried++;
               const found = offered(schema, {}, text.slice(0, from) + text.slice(to), from);
               if (!found?.options.some(({ label }) => label === key)) missing.push(`${name}: ${way} > ${key}`); } }); }
           return [tried, missing]; }""",
        [texts, list(IDS)],
    )
    assert missing == []
    assert tried > 300


@pytest.mark.parametrize(
    "text", ["title: 好 # a|\n", 'title: "a|"\n', "title: |\n  te|\n".replace("|", ">", 1), STEP + "    detail: 好|\n"]
)
def test_nothing_is_offered_in_texts_for_people(opens: Opens, text: str) -> None:
    assert _offered(opens(), text) == []


def test_required_keys_come_first_with_what_they_mean(opens: Opens) -> None:
    page = opens()
    put(page, STEP + "    |\n")
    page.keyboard.press("Control+Space")
    first = page.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("parameter")
    expect(first).to_contain_text("必填")
    expect(page.locator(".cm-completionInfo")).to_contain_text("The parameter that holds its unit and limits.")
    page.wait_for_timeout(150)  # CodeMirror takes no Enter in the first moment, so that a line's end is not taken for a choice
    page.keyboard.press("Enter")
    assert value(page) == STEP + "    parameter: \n"


def test_a_name_is_offered_with_its_title_while_typing(opens: Opens) -> None:
    page = opens()
    put(page, "done_by: [|]\n")
    page.keyboard.type("li")
    expect(page.locator(".cm-tooltip-autocomplete li")).to_contain_text("lifeguard")
    expect(page.locator(".cm-tooltip-autocomplete li")).to_contain_text("救生员")


def test_a_key_says_what_it_means(opens: Opens, desk: Desk) -> None:
    desk.text = PREP
    page = opens()
    page.get_by_text("done_by", exact=True).first.hover()
    expect(page.locator(".cm-help")).to_contain_text("Roles that may do it")


def test_a_thousand_lines_keep_up_with_typing(opens: Opens, desk: Desk) -> None:
    desk.text = PREP + "\n".join(f"  - check: 第 {number} 步\n    id: step_{number}" for number in range(400)) + "\n"
    assert desk.text.count("\n") > 1000
    page = opens()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("    ")
    took = page.evaluate(
        """async () => { const { editor } = document.querySelector(".editor"), times = [];
           for (const letter of "detail".repeat(8)) { const began = performance.now();
             editor.dispatch({ changes: { from: editor.state.doc.length, insert: letter }, selection: { anchor: editor.state.doc.length + 1 }, userEvent: "input.type" });
             editor.contentDOM.getBoundingClientRect(); times.push(performance.now() - began); await new Promise(requestAnimationFrame); }
           return times.sort((one, other) => one - other); }"""
    )
    assert took[len(took) // 2] < 50, took  # milliseconds, laid out; what a hand does not notice
    began = page.evaluate("() => performance.now()")
    assert "items" in _offered(page, desk.text + "    |\n")
    assert page.evaluate("() => performance.now()") - began < 1000
