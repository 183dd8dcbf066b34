"""What the page says of a reading while it is typed is what the server will say of it: thousands of typed texts, compared."""

import random
import re
from collections.abc import Iterator
from decimal import Decimal

from engine.procedure.amount import NotAReading, parse_reading
from engine.procedure.limits import Band
from engine.procedure.parameter import Parameter
from webui.present.faces import Scale

from .tablet import Tablet

WORD = {
    Band.IN_LIMITS: "ok", Band.OUT_OF_LIMITS: "bad", Band.CRITICAL: "crit", Band.IMPLAUSIBLE: "typo", Band.NO_LIMITS: "none",
}  # fmt: skip
UNFINISHED = re.compile(r"[+-]?([0-9]{1,12}\.)?")  # the page waits for the rest
JUDGED = """(cases) => {
  const input = document.querySelector(".step.open .num"), bounds = ["low", "high", "clow", "chigh", "plow", "phigh"];
  return cases.map(([scale, typed]) => {
    for (const name of bounds) { if (scale[name]) input.dataset[name] = scale[name]; else delete input.dataset[name]; }
    input.value = typed;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return ["ok", "bad", "crit", "typo", "none"].filter((one) => input.classList.contains(one)).join(" ");
  });
}"""
Kind = tuple[tuple[str | None, str | None], ...]  # limits, critical, plausible: low and high of each
KINDS: tuple[Kind, ...] = (
    ((None, None), (None, None), (None, None)),
    (("0.4", "0.6"), ("0.2", "1.0"), ("0", "10")),
    ((None, "3.5"), (None, None), ("0", None)),
    (("-5", "5.25"), ("-10.125", None), (None, None)),
    (("18", None), (None, "40"), ("-40", "60")),
    ((None, None), ("0", "999999999999"), (None, None)),
)
CHARACTERS = "0123456789.-+０５９．。－,e² "
TRICKY = [
    "",
    " ",
    "0.4",
    "0.40",
    "0.399999999",
    "0.600000001",
    "-0",
    "+0.5",
    "００．５",
    "0。5",
    "1e3",
    "7²",
    "1,5",
    ".5",
    "5.",
    "0.1234567890",
]


def _parameter(kind: Kind) -> Parameter:
    ranges = {
        name: {end: Decimal(bound) for end, bound in zip(("low", "high"), pair, strict=True) if bound is not None}
        for name, pair in zip(("limits", "critical", "plausible"), kind, strict=True)
    }
    return Parameter.model_validate({"title": "量", "unit": "mg/L"} | {name: found for name, found in ranges.items() if found})


def _texts(chance: random.Random) -> Iterator[str]:
    yield from TRICKY
    for _ in range(400):
        yield f"{chance.uniform(-12, 70):.{chance.randint(0, 6)}f}"
        yield "".join(chance.choices(CHARACTERS, k=chance.randint(1, 8)))


def _expected(parameter: Parameter, typed: str) -> str:
    plain = typed.translate(str.maketrans("０１２３４５６７８９＋－．。", "0123456789+-..")).strip()
    if UNFINISHED.fullmatch(plain):
        return ""
    try:
        return WORD[parameter.band(parse_reading(typed))]
    except NotAReading:
        return "typo"


def _data(kind: Kind) -> dict[str, str]:
    scale = Scale(*(end or "" for pair in kind for end in pair))
    return {
        "low": scale.low, "high": scale.high, "clow": scale.critical_low, "chigh": scale.critical_high,
        "plow": scale.plausible_low, "phigh": scale.plausible_high,
    }  # fmt: skip


def test_the_page_judges_as_the_server_does(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.go_to("free_chlorine")
    chance = random.Random(20261102)
    cases = [(kind, typed) for kind in KINDS for typed in _texts(chance)]
    found = tablet.page.evaluate(JUDGED, [[_data(kind), typed] for kind, typed in cases])
    parameters = {kind: _parameter(kind) for kind in KINDS}
    wrong = [
        (kind, typed, said, expected)
        for (kind, typed), said in zip(cases, found, strict=True)
        if said != (expected := _expected(parameters[kind], typed))
    ]
    assert not wrong, wrong[:10]
    assert len(set(found)) == 6  # each of the words, and none
