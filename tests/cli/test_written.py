"""check, test, schema, list, show: what they print and how they exit."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli

ROOT = Path(__file__).resolve().parents[2]


def sop(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped procedures to spoil."""
    return Path(shutil.copytree(ROOT / "sops", tmp_path / "sops"))


def test_shipped_procedures_warn_of_the_ph_alone() -> None:
    done = sop("check", str(ROOT / "sops"), "--format", "json", "--no-cache")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    warnings = [one for one in found if one["level"] == "warning"]
    assert {one["code"] for one in warnings} == {"looser-than-statutory"}
    assert all('"ph"' in one["message"] for one in warnings)
    assert {Path(one["file"]).stem for one in warnings} == {"prep", "water_test"}  # the same figures, which a test compares
    assert not [one for one in found if one["level"] == "error"]


def test_a_mistake_is_named_and_hides_nothing(folder: Path) -> None:
    file = folder / "pool" / "prep.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("limits: {low: 0.4", "limts: {low: 0.4"), encoding="utf-8")
    done = sop("check", str(folder), "--no-cache")
    assert done.exit_code == 1
    assert 'unknown key "limts" in parameter "free_chlorine"; did you mean "limits"? [unknown-key]' in done.stdout
    for lang, said in (("en", "unknown key"), ("zh", "不认识的键")):
        told = json.loads(sop("check", str(file), "--no-cache", "--format", "json", "--lang", lang).stdout)
        assert said in told[0]["message"]
    listed = json.loads(sop("list", str(folder), "--format", "json").stdout)
    good = {
        str(path.relative_to(folder).with_suffix(""))
        for path in folder.glob("*/*.yaml")
        if ".test" not in path.name and path.parent.name != "reports"
    }
    assert {one["id"] for one in listed} == good - {"pool/prep"}


def test_one_file_may_be_checked_alone(folder: Path) -> None:
    (folder / "gym" / "opening.yaml").write_text("format: 1\n", encoding="utf-8")
    assert sop("check", str(folder / "pool" / "prep.yaml")).exit_code == 0
    assert sop("check", str(folder / "gym" / "opening.yaml")).exit_code == 1


def test_scenarios_pass() -> None:
    done = sop("test", str(ROOT / "sops"), "--format", "json")
    tried = json.loads(done.stdout)
    assert done.exit_code == 0
    assert len(tried) >= 40
    assert not [one for one in tried if one["misses"]]


def test_a_scenario_that_misses_is_told_at_its_place(folder: Path) -> None:
    file = folder / "pool" / "prep.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.2, high: 0.6}"), "utf-8"
    )
    done = sop("test", str(folder))
    assert done.exit_code == 1
    assert "prep.test.yaml:" in done.stdout
    assert "expected" in done.stdout


@pytest.mark.parametrize("kind", ["procedure", "site", "scenarios", "overrides"])
def test_schema_is_json(kind: str) -> None:
    assert json.loads(sop("schema", kind).stdout)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(("lang", "wanted"), [("zh", "余氯  [0.4–0.6 mg/L]"), ("en", "Free chlorine  [0.4–0.6 mg/L]")])
def test_show_reads_like_a_list(lang: str, wanted: str) -> None:
    done = sop("show", "pool/prep", "--sops", str(ROOT / "sops"), "--lang", lang)
    assert done.exit_code == 0
    assert wanted in done.stdout
    counted = sop("show", "centre/handover", "--sops", str(ROOT / "sops"), "--lang", lang).stdout
    assert ("[把]" in counted, "[keys]" in counted) == (lang == "zh", lang == "en")


def test_usage_is_two() -> None:
    assert sop("show", "pool/nothing", "--sops", str(ROOT / "sops")).exit_code == 2
    assert sop("check", "no/such/folder").exit_code == 2
    assert sop("nonsense").exit_code == 2


def test_an_output_that_cannot_be_written_is_one_sentence_and_our_fault() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "engine", "schema"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stderr


def test_a_broken_file_lets_nothing_be_said_of_what_leans_on_it(folder: Path) -> None:
    gate, site = folder / "pool" / "prep.yaml", folder / "site.yaml"
    gate.write_text(gate.read_text(encoding="utf-8").replace("title:", "titel:", 1), encoding="utf-8")
    site.write_text(site.read_text(encoding="utf-8").replace("  games_room:", "  pool:", 1), encoding="utf-8")
    done = sop("check", str(folder), "--format", "json", "--no-cache")
    assert {one["code"] for one in json.loads(done.stdout) if one["level"] != "note"} <= {
        "unknown-key", "duplicate-key", "looser-than-statutory",
    }  # fmt: skip
