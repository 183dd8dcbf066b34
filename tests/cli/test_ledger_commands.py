"""publish, user, run, verify, rebuild over a data folder, and one byte changed by hand."""

import json
import re
import shutil
from pathlib import Path

import pysqlite3.dbapi2 as sqlite3  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

from engine.cli import cli
from engine.cli.opening import product
from engine.run.site_events import ProcedureRenamed

ROOT = Path(__file__).resolve().parents[2]
PIN = "260608"


class Office:
    """A data folder with people, and `sop` on it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def sop(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli, [*arguments, "--data", str(self.data)], input=typed)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "data")
    assert office.sop("publish", "--sops", str(ROOT / "sops"), "--note", "first").exit_code == 0
    assert office.sop("user", "add", "chen", "陈海", "--role", "lifeguard", "--pin", PIN).exit_code == 0
    return office


def test_publish_again_changes_nothing(office: Office) -> None:
    done = office.sop("publish", "--sops", str(ROOT / "sops"))
    assert done.exit_code == 0
    assert "0 published" in done.stderr


def test_a_file_under_a_name_that_was_given_up_is_not_published_as_something_new(office: Office) -> None:
    with product(data=office.data) as opened:
        opened.engine.note(ProcedureRenamed("gym/daily_wipe", "gym/wipe"), "boss")
        size = opened.engine.ledger.log.head().size
    found = office.sop("publish", "--sops", str(ROOT / "sops"))
    assert found.exit_code == 2
    assert "gym/daily_wipe was renamed and is gym/wipe now; take what its file says over into gym/wipe.yaml" in found.output
    with product(data=office.data) as opened:
        assert opened.engine.ledger.log.head().size == size


def test_where_the_site_asks_for_four_eyes_publishing_is_proposing(office: Office, tmp_path: Path) -> None:
    sops = tmp_path / "sops"
    shutil.copytree(ROOT / "sops", sops)
    site, prep = sops / "site.yaml", sops / "pool/prep.yaml"
    site.write_text(site.read_text(encoding="utf-8").replace("four_eyes: false", "four_eyes: true"), encoding="utf-8")
    assert "published site" in office.sop("publish", "--sops", str(sops)).stdout
    prep.write_text(prep.read_text(encoding="utf-8").replace("high: 0.6}", "high: 1.0}"), encoding="utf-8")
    done = office.sop("publish", "pool/prep", "--sops", str(sops), "--by", "周督", "--note", "夏天")
    assert "proposed pool/prep" in done.stdout
    again = office.sop("publish", "pool/prep", "--sops", str(sops), "--note", "夏天")
    assert "proposed" in again.stdout  # nothing was published, so it still differs
    assert office.sop("verify").exit_code == 0


def test_people(office: Office) -> None:
    listed = json.loads(office.sop("user", "list", "--format", "json").stdout)
    assert [(one["id"], one["is_active"]) for one in listed] == [("chen", True)]
    assert office.sop("user", "disable", "chen").exit_code == 0
    assert not json.loads(office.sop("user", "list", "--format", "json").stdout)[0]["is_active"]
    assert office.sop("user", "add", "chen", "另一位", "--role", "lifeguard").exit_code == 2  # an id is never used again
    assert office.sop("user", "add", "li", "李", "--role", "captain").exit_code == 2
    assert office.sop("user", "add", "li", "李", "--role", "lifeguard", "--pin", "123456").exit_code == 2
    made = office.sop("user", "add", "li", "李", "--role", "lifeguard")
    assert re.search(r"PIN \d{6}$", made.stdout.strip())


def test_a_run_in_the_terminal(office: Office) -> None:
    typed = "\n".join([PIN, "", "", "", "", "", "", "27.0", "q", ""])
    done = office.sop("run", "pool/prep", "--as", "chen", typed=typed)
    assert done.exit_code == 0, done.output
    run = re.search(r"^run (\w+)$", done.stdout, re.MULTILINE)
    assert run is not None
    assert "已离开" in done.stdout
    again = office.sop("run", run[1], "--as", "chen", typed=f"{PIN}\nq\n")
    assert again.exit_code == 0
    assert "自查仪表" not in again.stdout  # what was done is not asked again


def test_a_wrong_pin_runs_nothing(office: Office) -> None:
    done = office.sop("run", "pool/prep", "--as", "chen", typed="111222\n")
    assert done.exit_code == 2
    assert "run " not in done.stdout


def test_verify_names_the_event_after_one_byte_is_changed(office: Office) -> None:
    office.sop("run", "pool/prep", "--as", "chen", typed="\n".join([PIN, "", "", "", "", "", "", "27.0", "q", ""]))
    whole = office.sop("verify", "--format", "json")
    assert whole.exit_code == 0, whole.output
    events = json.loads(whole.stdout)["events"]
    connection = sqlite3.connect(office.data / "ledger.sqlite3")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (body,) = connection.execute("SELECT body FROM events WHERE seq = ?", (events - 1,)).fetchone()
    connection.close()
    file = office.data / "ledger.sqlite3"
    content = file.read_bytes()
    at = content.rindex(body.encode()) + len(body) // 2
    file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    broken = office.sop("verify", "--format", "json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["event"] == events - 1


def test_verify_needs_a_ledger(tmp_path: Path) -> None:
    assert Office(tmp_path / "nowhere").sop("verify").exit_code == 2


def test_lists_can_be_rebuilt(office: Office) -> None:
    connection = sqlite3.connect(office.data / "ledger.sqlite3")
    connection.execute("UPDATE people SET name = '别人'")
    connection.commit()
    connection.close()
    broken = office.sop("verify")
    assert broken.exit_code == 1
    assert "people" in broken.stdout
    assert office.sop("rebuild").exit_code == 0
    assert office.sop("verify").exit_code == 0


def test_a_rehearsal_records_nothing(office: Office) -> None:
    before = json.loads(office.sop("verify", "--format", "json").stdout)["events"]
    done = CliRunner().invoke(cli, ["run", "pool/prep", "--rehearse", "--sops", str(ROOT / "sops")], input="\n\n\n\n\nq\n")
    assert done.exit_code == 0
    assert json.loads(office.sop("verify", "--format", "json").stdout)["events"] == before
