"""`sop backtest`: counts first, then runs; what it exits with; what it says of a draft that cannot be used."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.seeding import make
from engine.cli import cli
from engine.cli.backtesting import STOPPED
from engine.review import backtest as module

from .test_written import ROOT

PREP = "pool/prep"
RUNS = 12
PERIOD = ("--since", "2026-08-01", "--until", "2026-11-30")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a dozen runs."""
    folder = tmp_path_factory.mktemp("backtested")
    make(folder, RUNS, 3, [PREP], 30)
    return folder


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The shipped file with another limit."""
    text = (ROOT / "sops" / "pool" / "prep.yaml").read_text(encoding="utf-8")
    changed = text.replace("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 0.45}")
    assert changed != text
    path = tmp_path / "draft.yaml"
    path.write_text(changed, encoding="utf-8")
    return path


def backtest(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["backtest", PREP, "--sops", str(ROOT / "sops"), "--data", str(data), *PERIOD, *arguments])


def test_what_is_published_changes_nothing(data: Path) -> None:
    done = backtest(data)
    assert done.exit_code == 0, done.output
    heading, verdict = done.stdout.splitlines()
    assert heading == f"Pool preparation before opening · 2026-08-01 00:00 – 2026-12-01 00:00 · {RUNS} runs"
    assert verdict == "nothing would have been different"


def test_counts_come_first(data: Path, draft: Path) -> None:
    done = backtest(data, "--file", str(draft), "--language", "zh", "--named", "1")
    assert done.exit_code == 1, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("泳池营业前准备 · ")
    assert lines[1].startswith("  会变成偏差 (")
    count = next(line for line in lines if line.endswith("余氯 (free_chlorine)"))
    named = lines[lines.index("会变成偏差 · 余氯 (free_chlorine)") + 1]
    assert int(count.split()[0]) >= 1
    assert "合格 (0.4–0.6) → 超出范围 (0.4–0.45)" in named
    assert lines.index(count) < lines.index(named)


def test_for_tools(data: Path, draft: Path) -> None:
    done = backtest(data, "--file", str(draft), "--format", "json", "--named", "1000")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["runs"], found["looked_at"], found["is_different"]) == (RUNS, RUNS, True)
    count = next(one["count"] for one in found["counts"] if (one["kind"], one["step"]) == ("becomes_deviation", "free_chlorine"))
    named = [one for one in found["named"] if (one["kind"], one["step"]) == ("becomes_deviation", "free_chlorine")]
    assert len(named) == count
    assert named[0]["old"] == {"band": "in_limits", "low": "0.4", "high": "0.6"}
    assert named[0]["new"] == {"band": "out_of_limits", "low": "0.4", "high": "0.45"}


def test_a_unit_is_told_in_the_language_of_the_reader(data: Path, draft: Path) -> None:
    text = draft.read_text(encoding="utf-8")
    both = text.replace("    unit: mg/L\n", "    unit: {zh: mg/L, en: ppm}\n", 1)
    assert both != text
    draft.write_text(both, encoding="utf-8")
    for language, told, other in (("zh", " mg/L  ", "ppm"), ("en", " ppm  ", "mg/L")):
        lines = backtest(data, "--file", str(draft), "--language", language).stdout
        assert told in lines
        assert other not in lines
    named = json.loads(backtest(data, "--file", str(draft), "--format", "json").stdout)["named"]
    assert {(one["unit"], one["unit_title"]["zh"], one["unit_title"]["en"]) for one in named if "unit" in one} == {
        ("mg/L", "mg/L", "ppm")
    }


def test_the_folder_is_the_draft_where_no_file_is_given(data: Path, draft: Path, tmp_path: Path) -> None:
    sops = tmp_path / "sops"
    shutil.copytree(ROOT / "sops", sops)
    shutil.copy(draft, sops / "pool" / "prep.yaml")
    done = CliRunner().invoke(cli, ["backtest", PREP, "--sops", str(sops), "--data", str(data), *PERIOD])
    assert done.exit_code == 1


def test_a_period_without_runs(data: Path, draft: Path) -> None:
    done = backtest(data, "--file", str(draft), "--since", "2020-01-01", "--until", "2020-02-01")  # the last ones given count
    assert done.exit_code == 0
    assert "· 0 runs" in done.stdout


def test_a_draft_with_a_mistake_is_told_and_not_looked_at(data: Path, draft: Path) -> None:
    draft.write_text(draft.read_text(encoding="utf-8").replace("limits:", "limts:", 1), encoding="utf-8")
    done = backtest(data, "--file", str(draft))
    assert done.exit_code == 2
    assert 'unknown key "limts"' in done.stderr
    assert not done.stdout


def test_wrong_usage(data: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["backtest", *arguments, "--sops", str(ROOT / "sops")])

    assert run(PREP, "--data", str(tmp_path)).exit_code == 2
    assert not (tmp_path / "ledger.sqlite3").exists()
    assert run("pool/nothing", "--data", str(data)).exit_code == 2
    assert run(PREP, "--data", str(data), "--since", "2026-11-02", "--until", "2026-11-01").exit_code == 2


def test_what_was_counted_before_it_was_stopped_is_told(data: Path, draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after Ctrl-C, which says so at the next telling of progress."""
    monkeypatch.setattr(module, "PAGE", 5)
    real = module._stored

    def interrupting(*arguments: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_stored", interrupting)
    before = signal.getsignal(signal.SIGINT)
    done = backtest(data, "--file", str(draft))
    assert done.exit_code == STOPPED
    assert f"stopped after 5 of {RUNS} runs" in done.stdout
    assert signal.getsignal(signal.SIGINT) is before
