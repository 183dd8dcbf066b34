"""`sop diff`: the folder against what is published, two revisions, two files; what it prints and how it exits."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli

ROOT = Path(__file__).resolve().parents[2]
FILES = ("site.yaml", "clauses.yaml", "pool/prep.yaml", "pool/rescue.yaml", "pool/patrol.yaml")


class Desk:
    """A small folder, published once, and `sop` on both."""

    def __init__(self, where: Path) -> None:
        self.sops, self.data = where / "sops", where / "data"
        for name in FILES:
            (self.sops / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "sops" / name, self.sops / name)
        self.prep = self.sops / "pool" / "prep.yaml"

    def sop(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--sops", str(self.sops), "--data", str(self.data)])

    def edit(self, old: str, new: str, name: str = "pool/prep.yaml") -> None:
        file = self.sops / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def facts(self, *arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.sop("diff", *arguments, "--format", "json").stdout)
        return found

    def publish(self) -> str:
        published = re.search(r"published pool/prep (\w+)", self.sop("publish").stdout)
        assert published is not None
        return published[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    assert desk.sop("publish", "pool/prep").exit_code == 0
    assert desk.sop("publish").exit_code in (0, 1)
    return desk


def test_nothing_differs(desk: Desk) -> None:
    done = desk.sop("diff", "pool/prep")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no difference\n")


def test_the_words_come_first(desk: Desk) -> None:
    desk.edit("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    desk.edit('finish_by: "08:00"', 'finish_by: "08:30"')
    done = desk.sop("diff", "pool/prep", "--language", "zh")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "pool/prep  泳池营业前准备",
        "  合格范围",
        "    余氯上限 0.6 → 1.0 mg/L",
        "  日程",
        "    截止时间 08:00 → 08:30",
    ]
    english = desk.sop("diff", "pool/prep", "--text").stdout
    assert "    Free chlorine: upper limit 0.6 → 1.0 mg/L\n" in english
    assert "-    limits: {low: 0.4, high: 0.6}\n+    limits: {low: 0.4, high: 1.0}\n" in english


def test_for_tools(desk: Desk) -> None:
    desk.edit("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    (one,) = desk.facts("pool/prep", "--text")
    assert one["state"] == "changed"
    assert one["summary"]["zh"] == "余氯上限 0.6 → 1.0 mg/L"
    assert one["differences"] == [
        {
            "kind": "changed",
            "noun": "parameter",
            "id": "free_chlorine",
            "path": ["limits", "high"],
            "old": "0.6",
            "new": "1.0",
            "group": "limits",
            "words": {"zh": "余氯上限 0.6 → 1.0 mg/L", "en": "Free chlorine: upper limit 0.6 → 1.0 mg/L"},
        }
    ]
    assert [line["segments"] for line in one["text"] if line["mark"] == "+"] == [
        [["    limits: {low: 0.4, high: ", False], ["1.0", True], ["}", False]]
    ]


def test_a_comment_is_a_difference_of_layout_only(desk: Desk) -> None:
    desk.edit("# 数字都在", "# 所有数字都在")
    done = desk.sop("diff", "pool/prep")
    assert done.exit_code == 1
    assert "the same in meaning; only comments or layout differ" in done.stdout
    assert [(one["state"], one["differences"]) for one in desk.facts("pool/prep")] == [("layout", [])]


def test_what_a_role_may_do_is_told_loudly(desk: Desk) -> None:
    desk.edit("  technician:\n", "  technician:\n    may: [publish]\n", "site.yaml")
    done = desk.sop("diff", "site", "--lang", "zh")
    assert done.exit_code == 1
    assert "⚠ 权限：岗位「维修员」新增权限：发布规程" in done.stdout


def test_new_files_and_files_that_are_gone(desk: Desk) -> None:
    desk.prep.rename(desk.sops / "pool" / "early.yaml")
    states = {one["id"]: one["state"] for one in desk.facts()}
    assert (states["pool/early"], states["pool/prep"]) == ("new", "missing")
    assert "not published yet" in desk.sop("diff", "pool/early").stdout
    assert "there is no such file in the folder" in desk.sop("diff", "pool/prep").stdout


def test_a_broken_file_is_told_and_hides_no_other(desk: Desk) -> None:
    desk.edit("limits: {low: 0.4", "limts: {low: 0.4")
    desk.edit("place: pool", "place: pool\nin_order: true", "pool/patrol.yaml")
    done = desk.sop("diff", "pool/prep", "pool/patrol")
    assert done.exit_code == 1
    assert 'unknown key "limts"' in done.stderr
    assert "Now done in order" in done.stdout
    assert "pool/prep" not in done.stdout
    assert desk.sop("diff", "pool/prep").exit_code == 1  # broken is never clean


def test_two_revisions_and_an_older_one(desk: Desk) -> None:
    first = re.search(r"^\s+\"old\": \"(\w+)\"", desk.sop("diff", "pool/prep", "--format", "json").stdout, re.MULTILINE)
    assert first is None  # nothing differs yet
    desk.edit("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    (before,) = desk.facts("pool/prep")
    new = desk.publish()
    assert before["new"].startswith(new)
    done = desk.sop("diff", before["old"][:12], new)
    assert done.exit_code == 1
    assert "upper limit 0.6 → 1.0" in done.stdout
    assert "upper limit 1.0 → 0.6" in desk.sop("diff", new, before["old"][:12]).stdout
    assert desk.sop("diff", "pool/prep").exit_code == 0
    against = desk.sop("diff", "--against", before["old"][:8])
    assert "upper limit 0.6 → 1.0" in against.stdout
    assert desk.sop("diff", "pool/rescue", "--against", new).exit_code == 2
    assert desk.sop("diff", "--against", "0" * 12).exit_code == 2


def test_two_files(desk: Desk, tmp_path: Path) -> None:
    old = Path(shutil.copy(desk.prep, tmp_path / "old.yaml"))
    assert CliRunner().invoke(cli, ["diff", str(old), str(desk.prep)]).exit_code == 0
    desk.edit("valid_for: 1 day", "valid_for: 12 hours")
    done = CliRunner().invoke(cli, ["diff", str(old), str(desk.prep), "--lang", "zh"])
    assert done.exit_code == 1
    assert "开放有效期 1 天 → 12 小时" in done.stdout
    desk.edit("valid_for", "valid_fro")
    broken = CliRunner().invoke(cli, ["diff", str(old), str(desk.prep)])
    assert broken.exit_code == 1
    assert 'unknown key "valid_fro"' in broken.stderr
    assert CliRunner().invoke(cli, ["diff", str(old), str(desk.sops / "site.yaml")]).exit_code == 2


def test_wrong_usage(desk: Desk, tmp_path: Path) -> None:
    unknown = desk.sop("diff", "pool/sauna")
    assert unknown.exit_code == 2
    assert "no procedure pool/sauna" in unknown.output
    nowhere = CliRunner().invoke(cli, ["diff", "--sops", str(desk.sops), "--data", str(tmp_path / "nowhere")])
    assert nowhere.exit_code == 2
    assert "there is no ledger in" in nowhere.output
    assert not (tmp_path / "nowhere").exists()
