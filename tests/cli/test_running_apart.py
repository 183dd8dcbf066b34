"""`sop run` of a procedure that two people do: what is left for another is said; a rehearsal goes on as that other."""

import shutil
from pathlib import Path

from click.testing import CliRunner

from engine.cli import cli

ROOT = Path(__file__).resolve().parents[2]
TWO = """format: 1
title: {zh: 复核, en: Counted twice}
place: service_centre
done_by: [receptionist]
steps:
  - count: {zh: 点一遍, en: Count}
    id: first
  - count: {zh: 再点一遍, en: Count again}
    id: second
    by_other_than: [first]
"""


def _sops(folder: Path) -> Path:
    sops = folder / "sops"
    (sops / "centre").mkdir(parents=True)
    shutil.copy(ROOT / "sops/site.yaml", sops)
    shutil.copy(ROOT / "sops/clauses.yaml", sops)
    (sops / "centre/twice.yaml").write_text(TWO, encoding="utf-8")
    return sops


def test_a_rehearsal_goes_on_as_another_person(tmp_path: Path) -> None:
    arguments = ["run", "centre/twice", "--rehearse", "--sops", str(_sops(tmp_path)), "--lang", "en"]
    done = CliRunner().invoke(cli, arguments, input="12\n12\n")
    assert done.exit_code == 0, done.output
    assert "“Count” was done by receptionist, so this is for somebody else" in done.output
    assert "rehearsing: receptionist_2 goes on" in done.output
    assert "Completed" in done.output


def test_a_run_that_is_recorded_waits_for_the_other(tmp_path: Path) -> None:
    sops, data = _sops(tmp_path), ["--data", str(tmp_path / "data")]
    assert CliRunner().invoke(cli, ["publish", "--sops", str(sops), "--note", "first", *data]).exit_code == 0
    for person, pin in (("wu", "410913"), ("zheng", "520817")):
        added = ["user", "add", person, person, "--role", "receptionist", "--pin", pin, *data]
        assert CliRunner().invoke(cli, added).exit_code == 0
    begun = CliRunner().invoke(cli, ["run", "centre/twice", "--as", "wu", *data], input="410913\n12\n")
    assert "“点一遍”是wu做的，这一步要由另一个人来做" in begun.output
    assert "完成" not in begun.output.split("另一个人来改。")[0]
    run = begun.output.split("run ")[1].split()[0]
    ended = CliRunner().invoke(cli, ["run", run, "--as", "zheng", *data], input="520817\n12\n")
    assert "完成 ✓" in ended.output


ALONE = """format: 1
title: {zh: 一个人做不完, en: What the terminal cannot do}
place: service_centre
done_by: [receptionist]
steps:
  - wait: {zh: 静置, en: Rest}
    id: rest
    at_least: 10 min
    evidence: photo
  - check: {zh: 逐样, en: One by one}
    id: things
    items: {bike: 单车, mat: 垫}
    evidence: photo
  - form: {zh: 表, en: Form}
    id: filled
    evidence: photo
    fields:
      - note: {zh: 说明, en: Words}
        id: words
"""


def test_what_lacks_only_its_picture_does_not_go_round_for_ever(tmp_path: Path) -> None:
    sops = _sops(tmp_path)
    (sops / "centre/alone.yaml").write_text(ALONE, encoding="utf-8")
    arguments = ["run", "centre/alone", "--rehearse", "--sops", str(sops), "--lang", "en"]
    done = CliRunner().invoke(cli, arguments, input="")
    assert done.exit_code == 0, done.output
    assert done.output.count("take the photo on the page") == 3
    assert done.output.count("● ") == 6  # the wait is begun, waited for and ended before its picture
