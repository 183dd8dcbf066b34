"""Whatever is done to a good file, loading ends in success or in diagnostics that point into the file; it never raises."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.loading.cache import Cache
from engine.loading.compiling import Compiled, compile_file, judge
from engine.loading.files import Found, look_through
from engine.loading.gathering import Gathering
from engine.procedure.procedure import Procedure

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text(encoding="utf-8")
AROUND = Gathering(look_through(HERE.parent / "authoring" / "around"), Cache(None)).ruling
ODD = "：，“”｛【\t\u3000\u202e\0{}[]&*!|>%@`'\"#-?:, \n<~.0123eEx中a"
FRAGMENTS = (
    "\n",
    ": ",
    "- ",
    "  ",
    "[]",
    "{}",
    "null",
    "true",
    "1e9",
    ".inf",
    "<<: ",
    "&a ",
    "*a",
    "!x ",
    "? ",
    "|\n",
    '"',
    "'",
    "---\n",
)


def load(data: bytes) -> Compiled[Procedure]:
    """Compile and judge, as the library does."""
    compiled = compile_file(Found("procedure", "case", "sops/case.yaml", data), Procedure, Cache(None))
    judge(compiled, AROUND.procedure("case"), "", Cache(None))
    return compiled


def check(data: bytes) -> None:
    """The promises of loading, whatever `data` is."""
    compiled = load(data)
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert compiled.is_good == (compiled.model is not None and not [d for d in compiled.diagnostics if d.level == "error"])
    for diagnostic in compiled.diagnostics:
        place = diagnostic.place
        assert diagnostic.code != "check-failed"
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= place.end_column
        assert place.column <= len(lines[place.line - 1]) + 2
        for language in ("en", "zh"):
            assert "⟨" not in diagnostic.render(language)
            assert diagnostic.headline(language)


def test_the_good_one_is_good() -> None:
    compiled = load(GOOD.encode())
    assert compiled.is_good
    assert compiled.diagnostics == []


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(st.integers(0, len(GOOD) - 1))
def test_one_character_less(at: int) -> None:
    check((GOOD[:at] + GOOD[at + 1 :]).encode())


@FEW
@given(st.integers(0, len(GOOD) - 1), st.sampled_from(ODD) | st.characters(codec="utf-8"))
def test_one_character_changed(at: int, char: str) -> None:
    check((GOOD[:at] + char + GOOD[at + 1 :]).encode())


@FEW
@given(st.integers(0, len(GOOD)), st.sampled_from(FRAGMENTS) | st.text(max_size=8))
def test_something_put_in(at: int, text: str) -> None:
    check((GOOD[:at] + text + GOOD[at:]).encode("utf-8", "surrogatepass"))


@FEW
@given(st.integers(0, GOOD.count("\n")), st.integers(0, GOOD.count("\n")))
def test_lines_exchanged(one: int, other: int) -> None:
    lines = GOOD.split("\n")
    lines[one], lines[other] = lines[other], lines[one]
    check("\n".join(lines).encode())


@FEW
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(data)


@FEW
@given(st.lists(st.sampled_from([*FRAGMENTS, "a", "steps:\n", "check: x\n", "id: y\n", "format: 1\n", "  - "]), max_size=25))
def test_scraps_of_yaml(scraps: list[str]) -> None:
    check("".join(scraps).encode())


@pytest.mark.parametrize("line", range(GOOD.count("\n")))
def test_a_line_left_out(line: int) -> None:
    lines = GOOD.split("\n")
    check("\n".join(lines[:line] + lines[line + 1 :]).encode())
