"""`sop user import` and `export`: shown, asked, written all or nothing; what is wrong by its line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli

ROOT = Path(__file__).resolve().parents[2]
TABLE = "工号,姓名,岗位,语言,地点\nwang,王五,救生员（泳池服务员）、接待员,中文,游泳池\nboss,老板,admin,en,\n"


class Office:
    """The command line over one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sop(self, *arguments: str, typed: str = "") -> Result:
        """Run one command."""
        return CliRunner().invoke(cli, [*arguments, "--data", str(self.folder / "data")], input=typed)

    def file(self, content: bytes) -> str:
        """A file to import."""
        path = self.folder / "staff.csv"
        path.write_bytes(content)
        return str(path)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A data folder with the shipped procedures published."""
    found = Office(tmp_path_factory.mktemp("office"))
    published = found.sop("publish", "--sops", str(ROOT / "sops"), "--note", "first")
    assert published.exit_code == 0, published.output
    return found


def test_a_file_is_shown_asked_and_written(office: Office) -> None:
    file = office.file(TABLE.encode("gb18030"))
    asked = office.sop("user", "import", file, typed="n\n")
    assert asked.exit_code == 1
    assert "2 new, 0 changed, 0 unchanged, 0 wrong" in asked.output
    assert "wang" not in office.sop("user", "list").output
    done = office.sop("user", "import", file, "--yes")
    assert done.exit_code == 0, done.output
    assert done.output.count(" code ") == 2
    assert "good until" in done.output
    again = office.sop("user", "import", file, "--yes")
    assert "0 new, 0 changed, 2 unchanged, 0 wrong" in again.output
    assert " code " not in again.output
    changed = office.sop("user", "import", office.file(TABLE.replace("王五", "王大五").encode()), "--yes")
    assert "王五 -> 王大五" in changed.output


def test_what_is_wrong_is_told_by_its_line_and_nothing_written(office: Office) -> None:
    content = "id,name,roles\nli,李,lifegard\nqian,钱,lifeguard\n".encode()
    done = office.sop("user", "import", office.file(content), "--yes")
    assert done.exit_code == 1
    assert "staff.csv:2: There is no role “lifegard”. It could be:" in done.output
    assert "qian" not in office.sop("user", "list").output
    unreadable = office.sop("user", "import", office.file(b"roles\nlifeguard\n"), "--yes")
    assert unreadable.exit_code == 1
    assert "neither a column “id” nor “name”" in unreadable.output


def test_what_is_exported_changes_nothing(office: Office) -> None:
    office.sop("user", "import", office.file(TABLE.encode()), "--yes")
    out = office.sop("user", "export")
    assert out.exit_code == 0
    again = office.sop("user", "import", office.file(out.output.encode()), "--yes")
    assert "0 new, 0 changed, 2 unchanged, 0 wrong" in again.output


def test_the_last_who_manages_people_stays(office: Office) -> None:
    office.sop("user", "import", office.file(TABLE.encode()), "--yes")
    for arguments in (("disable", "boss"), ("change", "boss", "--role", "lifeguard")):
        done = office.sop("user", *arguments)
        assert done.exit_code == 2
        assert "the last person who may manage people" in done.output
