"""A bundle checked where the product is not, and every byte of it changed."""

import json
import re
import shutil
import zipfile
from ast import parse
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from engine.evidence.bundle import Bundle, NothingToShow, PhotosGone, runs_between
from engine.evidence.single import verifier_text
from engine.ledger.notes import SigningKey
from engine.run import commands as c
from engine.service import UnknownRun
from tests.service.world import CHLORINE, MIN, MORNING, READING, revision

from .conftest import PHOTO, Office, alone
from .unpacking import forged, found, unpacked, verifier

__all__ = ["verifier"]


def test_a_stranger_checks_it_with_nothing_but_python(office: Office, tmp_path: Path) -> None:
    bundle = office.bundle()
    elsewhere = tmp_path / "elsewhere"
    folder = unpacked(bundle, elsewhere / "unpacked")
    for path in (bundle, folder):
        done = alone(folder / "verify.py", path, cwd=elsewhere)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "全部相符 / everything fits" in done.stdout
        assert "已完成 / completed" in done.stdout
        assert "时间 / times: Asia/Shanghai (UTC)" in done.stdout
        signed = re.search(r"签名 / signed: guard \(guard\), 已完成 / done, (\S+ \S+) \+08:00 \((\S+)Z\)", done.stdout)
        assert signed
        assert datetime.fromisoformat(signed[1]) - datetime.fromisoformat(signed[2]).replace(microsecond=0) == timedelta(hours=8)
        assert "没有核对 / not checked" in done.stdout
    assert alone("-c", "import engine", cwd=elsewhere).returncode == 1


@pytest.mark.parametrize("error", [KeyError, ValueError, OSError])
def test_a_computer_without_time_zones_says_so(
    office: Office,
    verifier: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[Exception],
) -> None:
    def unknown(name: str) -> None:
        raise error(name)

    monkeypatch.setattr(verifier, "ZoneInfo", unknown)
    assert verifier.main(["verify.py", str(office.bundle())]) == 0
    told = capsys.readouterr().out
    assert (
        "时间都是 UTC；这台电脑没有 Asia/Shanghai 的时区资料 / all times are UTC; this computer knows nothing of Asia/Shanghai"
        in told
    )
    assert re.search(r"已完成 / done, 2026-\S+T\S+Z\b", told)


def test_units_stand_on_the_page_in_both_languages(office: Office, tmp_path: Path) -> None:
    unit = {"zh": "毫克每升", "en": "mg/L"}
    many = {"count": "人", "id": "many", "unit": {"zh": "人", "en": "people"}}
    steps = [READING, many]
    office.world.engine.publish([revision("gate", steps=steps, parameters={"chlorine": CHLORINE | {"unit": unit}})], "boss")
    run = office.world.start("gate")
    office.world.give(run, c.AnswerStep("cl", "0.3"))
    office.world.give(run, c.AnswerStep("many", "3"))
    folder = unpacked(office.bundle(run), tmp_path / "unpacked")
    (page,) = (path.read_text(encoding="utf-8") for path in folder.rglob("*.html") if run in str(path))
    assert '0.3 毫克每升 <span lang="en">mg/L</span> (' in page
    assert '3 人 <span lang="en">people</span>' in page


def test_it_is_written_for_python_3_9() -> None:
    parse(verifier_text(), feature_version=(3, 9))
    names = [node.name for node in parse(verifier_text()).body if hasattr(node, "name")]
    assert len(names) == len(set(names))
    assert "engine." not in verifier_text()


def test_the_key_that_was_given_decides(office: Office, tmp_path: Path) -> None:
    bundle = office.bundle()
    script = unpacked(bundle, tmp_path / "unpacked") / "verify.py"
    fits = alone(script, bundle, "--key", office.key.verifier, cwd=tmp_path)
    assert fits.returncode == 0
    assert "公钥是不是该单位的" not in fits.stdout  # that was just compared
    assert "公钥是不是该单位的" in alone(script, bundle, cwd=tmp_path).stdout
    forged = alone(script, bundle, "--key", SigningKey(bytes(32)).verifier, cwd=tmp_path)
    assert forged.returncode == 1
    assert "manifest.txt：" in forged.stdout
    assert forged.stdout.count("WRONG") == 2  # key and manifest: nothing more can be said
    key = str(office.key.verifier)
    for mistyped in (key[:-3] + ("A" if key[-3] != "A" else "B") + key[-2:], key[:-1], key[1:], "公钥", "x+y+z"):
        told = alone(script, bundle, "--key", mistyped, cwd=tmp_path)
        assert (told.returncode, told.stderr) == (2, "")
        assert "not a public key" in told.stdout
        assert "WRONG" not in told.stdout
    assert [alone(script, *given, cwd=tmp_path).returncode for given in ((), ("nowhere",), (bundle, "--nothing", "x"))] == [
        2,
        2,
        2,
    ]


def test_the_same_record_gives_the_same_bytes(office: Office) -> None:
    assert office.bundle().read_bytes() == office.bundle().read_bytes()


def test_what_is_in_it(office: Office) -> None:
    bundle = office.bundle()
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        page = archive.read(f"runs/{office.run}/record.html").decode()
        state = json.loads(archive.read(f"runs/{office.run}/state.json"))
    assert [name.split("/")[0] for name in names if name.endswith(".jpg")] == ["photos"]
    assert sum(name.startswith("revisions/") for name in names) == 4
    assert state["status"] == "completed"
    assert state["deviations"]["d12"]["closing"] == "cleared"
    assert "余氯" in page
    corrected = re.findall(r'更正 <span lang="en">corrected</span>: <s>(.+?)</s> → (.+?) \(([^;(]+); ', page)
    assert [one[2] for one in corrected] == ["再看一次", "写错", "改回"]
    assert ("2" in corrected[1][0], "3" in corrected[1][1], "3" in corrected[2][0]) == (True, True, True)
    assert "http" not in page
    assert "<script" not in page


def test_every_file_every_region(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    """One byte changed in a file: the file is named."""
    folder = unpacked(office.bundle(), tmp_path / "unpacked")
    assert found(verifier, folder) == []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        whole, name = path.read_bytes(), path.relative_to(folder).as_posix()
        for at in sorted({0, len(whole) - 1, *range(1, len(whole), max(len(whole) // 8, 1))}):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            wrong = found(verifier, folder)
            assert any(line.startswith(f"{name}：") for line in wrong), (name, at)
        path.write_bytes(whole)
        path.unlink()
        assert any(name in line for line in found(verifier, folder))
        path.write_bytes(whole)
    (folder / "more.txt").write_text("more")
    assert any(line.startswith("more.txt：") for line in found(verifier, folder))


def test_every_region_of_the_zip(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    whole = office.bundle().read_bytes()
    spoilt = tmp_path / "spoilt.zip"
    central = whole.index(b"PK\x01\x02")
    places = {*range(0, 90), *range(90, central, 997), *range(central, central + 80), *range(len(whole) - 30, len(whole))}
    for at in sorted(places):
        spoilt.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert found(verifier, spoilt), at
    for content in (whole[:-1], whole + b"\0", whole[: len(whole) // 2], b""):
        spoilt.write_bytes(content)
        assert found(verifier, spoilt)


def test_behind_the_manifest_each_check_stands_alone(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    bundle = office.bundle()
    run = f"runs/{office.run}"
    folder = unpacked(bundle, tmp_path / "0")
    revision = json.loads((folder / run / "state.json").read_bytes())["revision"]
    photo = next((folder / "photos").iterdir()).name
    events = (folder / run / "events.jsonl").read_bytes().splitlines(keepends=True)
    proofs = (folder / run / "proofs.jsonl").read_bytes().splitlines(keepends=True)
    state = (folder / run / "state.json").read_bytes()
    other = json.loads(proofs[3])
    other["proof"][0] = "0" * 64
    acts = {
        "its content is not": {f"{run}/events.jsonl": b"".join(events).replace(b'"0.3"', b'"0.5"', 1)},
        "events, but": {f"{run}/events.jsonl": b"".join(events[:-1])},
        "not the one that is due": {f"{run}/{name}": b"".join(some[:4] + some[5:]) for name, some in
                                    (("events.jsonl", events), ("proofs.jsonl", proofs))},
        "not in the signed record": {f"{run}/proofs.jsonl": b"".join([*proofs[:3], json.dumps(other).encode() + b"\n", *proofs[4:]])},
        "another status": {f"{run}/state.json": state.replace(b'"completed"', b'"abandoned"')},
        "not the content that its digest": {f"revisions/{revision}/source.yaml": b"# other"},
        "not the one that its digest": {f"photos/{photo}": PHOTO + b"."},
    }  # fmt: skip
    for number, (words, change) in enumerate(acts.items(), 1):
        wrong = found(verifier, forged(office, unpacked(bundle, tmp_path / str(number)), change))
        assert any(words in line for line in wrong), (words, wrong)
        assert not any(line.startswith("manifest") for line in wrong)
    folder = unpacked(bundle, tmp_path / "8")
    (folder / "photos" / photo).unlink()
    assert any("not in the bundle" in line for line in found(verifier, forged(office, folder, {})))


@pytest.mark.parametrize("change", [{"version": 3}, {"version": 10_000}, {"version": 0}, {"digest": "0" * 64}])
def test_an_approval_that_was_moved_to_other_events_is_named(
    office: Office, verifier: ModuleType, tmp_path: Path, change: dict[str, object]
) -> None:
    """The approval binds to the run as it was: neither its version nor its digest can be another's."""
    bundle = verifier.Bundle(unpacked(office.bundle(), tmp_path / "unpacked"))
    file = f"runs/{office.run}/events.jsonl"
    events = [json.loads(line) for line in bundle.lines(file)]
    verifier.check_judged(bundle, file, events)
    assert bundle.found == []
    at = next(number for number, one in enumerate(events, 1) if one["kind"] == "run_approved")
    events[at - 1]["body"] |= change
    verifier.check_judged(bundle, file, events)
    assert [f"event {at} of the run: the approval is of other events" in line for line in bundle.found] == [True]


def test_nothing_and_nobody(office: Office, tmp_path: Path) -> None:
    maker = Bundle(office.world.engine, office.photos, office.key)
    with pytest.raises(UnknownRun):
        maker.write(["nobody"], tmp_path / "x.zip")
    with pytest.raises(NothingToShow):
        maker.write([], tmp_path / "x.zip")
    for path in office.photos.glob("*/*.jpg"):
        path.unlink()
    with pytest.raises(PhotosGone, match="1 photos are gone"):
        maker.write([office.run], tmp_path / "x.zip")
    assert list(tmp_path.glob("x.zip*")) == []


def test_a_period_and_its_runs(office: Office, verifier: ModuleType) -> None:
    both = runs_between(office.world.engine, MORNING, MORNING + MIN)
    assert len(both) == 2
    assert runs_between(office.world.engine, MORNING + 1000 * MIN, MORNING + 2000 * MIN) == [
        one for one in both if one != office.run
    ]
    assert found(verifier, office.bundle(*both)) == []


def test_an_empty_folder_fits_nothing(verifier: ModuleType, tmp_path: Path) -> None:
    assert found(verifier, tmp_path)
    shutil.rmtree(tmp_path)
