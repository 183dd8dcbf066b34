"""A key that was lost or replaced, as whoever keeps the server and whoever checks the record see it."""

import json
import re
from pathlib import Path

from click.testing import CliRunner, Result

from engine.cli import cli
from engine.procedure.site import Site
from engine.rekeying import name_key
from engine.revisions import site_revision
from engine.run.site_events import PersonAdded
from tests.service.test_accounts import STAFFED

from .conftest import Office

ASKED = ("checkpoint", "renew-key", "--reason", "磁盘坏了", "--by", "boss")


def sop(office: Office, *arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--data", str(office.folder)])


def manage(office: Office) -> None:
    """Make the boss one who may manage accounts."""
    office.world.engine.publish([site_revision(Site.model_validate(STAFFED), "# staffed")], "boss")
    office.world.engine.note(PersonAdded("boss", "主任", ("admin",)), "boss")


def test_a_lost_key_is_told_with_since_when_and_another_is_taken_by_one_command(office: Office, tmp_path: Path) -> None:
    kept, key = tmp_path / "kept.txt", office.folder / "checkpoint.key"
    assert sop(office, "checkpoint", "--out", kept).exit_code == 0
    assert name_key(office.world.engine, office.folder)
    line = sop(office, "checkpoint", "--key").stdout
    key.unlink()
    for arguments in ((), ("--since-checkpoint",), ("--checkpoint", kept)):
        told = sop(office, "verify", *arguments)
        assert told.exit_code == 1
        assert "UNSIGNED: no checkpoint since that of" in told.stdout
        assert "still proven: the" in told.stdout
    assert "unsigned" in json.loads(sop(office, "verify", "--format", "json").stdout)
    assert sop(office, "checkpoint", "--key").stdout == line
    told = sop(office, *ASKED)
    assert (told.exit_code, "not one who may manage accounts" in told.output) == (2, True)
    manage(office)
    told = sop(office, *ASKED)
    assert (told.exit_code, "say so: --lost" in told.output, "checkpoint.key is missing" in told.output) == (2, True, True)
    assert sop(office, "checkpoint", "renew-key", "--reason", " ", "--by", "boss", "--lost").exit_code == 2
    told = sop(office, *ASKED, "--lost")
    assert told.exit_code == 0, told.output
    assert "NOT signed by the old key" in told.stdout
    told = sop(office, "verify", "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    assert re.search(
        r"key changed at event \d+, .* by boss: .* NOT signed by the old key, which was lost; why: 磁盘坏了", told.stdout
    )
    assert "goes on from the checkpoint" in told.stdout
    assert "leave --lost out" in sop(office, *ASKED, "--lost").output
    assert "signed by the old key" in sop(office, *ASKED).stdout
    assert "the old key signed that" in sop(office, "verify").stdout
