"""The structure holds: layers, purity, module sizes, names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for folder in ("engine", "webui") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
)
LONGEST_MODULE = 300
LONGEST_FUNCTION = 30
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "handler", "base", "common", "misc"}


def test_layers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS


def test_modules_are_short() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in MODULES
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_nine_functions_in_ten_are_short() -> None:
    lengths = [node.end_lineno - node.lineno + 1 for node in _functions() if node.end_lineno is not None]
    short = sum(1 for length in lengths if length <= LONGEST_FUNCTION)
    assert short / len(lengths) >= 0.9


def test_modules_say_what_they_promise() -> None:
    silent = [
        path.relative_to(ROOT).as_posix() for path in MODULES if len(ast.get_docstring(ast.parse(path.read_text())) or "") < 20
    ]
    assert not silent


def test_no_module_is_a_drawer() -> None:
    assert not {path.stem for path in MODULES} & FORBIDDEN_NAMES


def test_no_exception_is_swallowed() -> None:
    swallowed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or all(isinstance(one, ast.Pass) for one in node.body))
    ]
    assert not swallowed


def _functions() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node
