"""`sop report` over a data folder, and how reports are published: with the site, and not while one of them has a mistake."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.bootstrap import Settings, build
from engine.cli import cli
from engine.reporting import Reports

ROOT = Path(__file__).resolve().parents[2]
ANALYSIS = "complaint_analysis.yaml"


class Office:
    """A folder of procedures, a data folder, and `sop` on both."""

    def __init__(self, folder: Path) -> None:
        self.sops, self.data = folder / "sops", folder / "data"
        for name in ("site.yaml", "clauses.yaml", "complaint", "lead", "pool", "reports"):
            source = ROOT / "sops" / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, self._made(self.sops) / name)

    def _made(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        return folder

    def sop(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--data", str(self.data)])

    def publish(self) -> Result:
        return self.sop("publish", "--sops", str(self.sops))

    def change(self, old: str, new: str) -> None:
        file = self.sops / "reports" / ANALYSIS
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def reports(self) -> set[str]:
        engine = build(Settings(data=self.data)).engine
        try:
            engine.directory.catch_up()
            return {*Reports(engine).definitions}
        finally:
            engine.ledger.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    assert "published site" in office.publish().stdout
    return office


def test_it_prints_what_a_report_would_say_now(office: Office) -> None:
    done = office.sop("report", "complaint_month", "--period", "2026-10", "--lang", "zh")
    assert done.exit_code == 0
    assert done.stdout.startswith("投诉记录月总结表  2026 年 10 月\n2026-10-01 00:00 – 2026-11-01 00:00")
    lines = done.stdout.splitlines()
    assert lines[lines.index("## 有效投诉，按轻重") + 1] == "这一期没有。"  # said in words, not as a row of noughts
    assert "系统没有运行" not in done.stdout  # it was not made at all, so not late
    english = office.sop("report", "complaint_month", "--period", "2026-10")
    assert "Monthly summary of complaints  October 2026" in english.stdout
    assert "## Effective complaints, by gravity\nNone in this period." in english.stdout


def test_as_json_it_is_the_document(office: Office) -> None:
    found = json.loads(office.sop("report", "unresolved_quarter", "--period", "2026-Q3", "--format", "json").stdout)
    assert (found["report"], found["period"], found["definition"]["period"]) == ("unresolved_quarter", "2026-Q3", "quarter")


@pytest.mark.parametrize("arguments", [("complaint_mnth",), ("complaint_month", "--period", "2026-Q3")])
def test_what_there_is_not_is_told(office: Office, arguments: tuple[str, ...]) -> None:
    done = office.sop("report", *arguments)
    assert done.exit_code == 2
    assert "there is no" in done.stderr


def test_a_report_changed_publishes_the_site_and_nothing_else(office: Office) -> None:
    office.change("begins: {on: 30}", "begins: {on: 29}")
    assert [line.split()[1] for line in office.publish().stdout.splitlines()] == ["site"]
    assert "0 published" in office.publish().stderr


def test_with_a_mistake_in_a_report_the_site_stays_and_the_report_with_it(office: Office) -> None:
    office.change("group_by: severity", "group_by: severty")
    done = office.publish()
    assert done.exit_code == 1
    assert "unknown-fact" in done.stderr
    assert "published site" not in done.stdout
    assert "complaint_analysis" in office.reports()


def test_the_first_publishing_goes_without_a_report_that_has_a_mistake_and_says_so(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.change("group_by: severity", "group_by: severty")
    done = office.publish()
    assert done.exit_code == 1
    assert "unknown-fact" in done.stderr
    assert "published site" in done.stdout
    assert office.reports() == {"complaint_month", "hall_day", "unresolved_quarter"}
    office.change("group_by: severty", "group_by: severity")
    assert "published site" in office.publish().stdout
    assert "complaint_analysis" in office.reports()
