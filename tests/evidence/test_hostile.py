"""Every byte of a bundle and everything of its zip file; and bundles made to harm whoever checks them."""

import io
import json
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

from engine.evidence.single import verifier_text
from engine.evidence.unpacking import FROM, packed

from .conftest import Office, alone

Members = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    """The one file, as it stands in a bundle."""
    module = ModuleType("verify")
    exec(compile(verifier_text(), "verify.py", "exec"), module.__dict__)
    return module


@pytest.fixture
def bundle(office: Office) -> bytes:
    return office.bundle().read_bytes()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "verify.py"
    path.parent.mkdir()
    path.write_text(verifier_text(), encoding="utf-8")
    return path


def members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(one.filename, archive.read(one)) for one in archive.infolist()]


def found(verifier: ModuleType, data: bytes, file: Path) -> list[str]:
    file.write_bytes(data)
    bundle = verifier.Bundle(file)
    verifier.checked(bundle, bundle.files.get("key.txt", b"").decode("utf-8", "replace").strip())
    return list(bundle.found)


def where(data: bytes) -> dict[str, range]:
    """Where the content of each member lies."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        starts = {one.filename: one.header_offset + 30 + len(one.filename) for one in archive.infolist()}
        return {one.filename: range(starts[one.filename], starts[one.filename] + one.file_size) for one in archive.infolist()}


def test_one_changed_byte_in_any_member_names_it(bundle: bytes, script: Path) -> None:
    """With the stand-alone verifier, in every member: its first byte, its last, and two that chance picks."""
    chance, spoilt = random.Random(7), script.with_name("spoilt.zip")
    for name, places in where(bundle).items():
        for at in {places[0], places[-1], chance.choice(places), chance.choice(places)}:
            spoilt.write_bytes(bundle[:at] + bytes([bundle[at] ^ 1 << chance.randrange(8)]) + bundle[at + 1 :])
            done = alone(script, spoilt, cwd=script.parent)
            assert done.returncode == 1, (name, at)
            assert f"WRONG  {name}：" in done.stdout, (name, at, done.stdout)


def test_every_byte_of_the_file(bundle: bytes, verifier: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each and every byte: what the zip file says of its content must be what it holds, wherever the change lies.

    Only the reading is done for each; that what is read is then compared with the signed manifest is shown above.
    """
    places, spoilt = where(bundle), bytearray(bundle)
    inside = sorted((one.start, one.stop, name) for name, one in places.items())
    chance = random.Random(11)
    for start, stop, name in inside:
        for at in range(start, stop, 23):
            spoilt[at] ^= 1 << chance.randrange(8)
            assert any(line.startswith(f"{name}：") for line in read(verifier, bytes(spoilt))), (name, at)
            spoilt[at] = bundle[at]
    structure = [at for at in range(len(bundle)) if not any(start <= at < stop for start, stop, _ in inside)]
    assert len(structure) > 1000
    for at in structure:
        spoilt[at] ^= 1 << chance.randrange(8)
        assert read(verifier, bytes(spoilt)), at
        spoilt[at] = bundle[at]


def read(verifier: ModuleType, data: bytes) -> list[str]:
    """What reading the zip file alone finds."""
    bundle = verifier.Bundle(Path("nothing"))
    bundle.found.clear()
    bundle.unpack("bundle.zip", data)
    return list(bundle.found)


def zipped(
    some: Iterable[tuple[str, bytes]], how: int = zipfile.ZIP_STORED, comment: bytes = b"", date: tuple[int, ...] = FROM
) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, data in some:
            entry = zipfile.ZipInfo(name, date)  # type: ignore[arg-type]
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, how
            archive.writestr(entry, data)
        archive.comment = comment
    return held.getvalue()


def swapped(some: Members) -> Members:
    return [some[1], some[0], *some[2:]]


ZIPS: dict[str, tuple[Callable[[Members], bytes], str]] = {
    "a comment": (lambda some: zipped(some, comment=b"checked"), "changed, or packed anew"),
    "another date": (lambda some: zipped(some, date=(2026, 11, 30, 12, 0, 0)), "changed, or packed anew"),
    "packed anew, compressed": (lambda some: zipped(some, zipfile.ZIP_DEFLATED), "unpack it and check the folder"),
    "a member added": (lambda some: zipped([*some, ("more.txt", b"?")]), "no file that a bundle has"),
    "a photo added": (lambda some: zipped([*some[:-1], (f"photos/{'f' * 64}.jpg", b"?"), some[-1]]), "not in the manifest"),
    "a member removed": (lambda some: zipped(some[:-2] + some[-1:]), "missing"),
    "a member twice": (lambda some: zipped([some[0], *some]), "twice in the zip file"),
    "the order changed": (lambda some: zipped(swapped(some)), "the order of the files"),
    "something before it": (lambda some: b"#!/bin/sh\n" + zipped(some), "changed, or packed anew"),
    "something behind it": (lambda some: zipped(some) + b"\0", "damaged or was changed|changed, or packed anew"),
    "something between": (lambda some: between(zipped(some)), "damaged or was changed|changed, or packed anew"),
}


def between(data: bytes) -> bytes:
    """A gap in front of the list at the end, whose place is put right."""
    at = data.index(b"PK\1\2")
    (place,) = struct.unpack("<L", data[-6:-2])
    return data[:at] + b"GAP!" + data[at:-6] + struct.pack("<L", place + 4) + data[-2:]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ZIPS)
def test_what_is_done_to_the_zip_file_is_named(name: str, bundle: bytes, script: Path) -> None:
    act, words = ZIPS[name]
    spoilt = script.with_name("spoilt.zip")
    assert zipped(members(bundle)) == bundle
    spoilt.write_bytes(act(members(bundle)))
    done = alone(script, spoilt, cwd=script.parent)
    assert (done.returncode, done.stderr) == (1, "")
    assert any(part in done.stdout for part in words.split("|")), done.stdout


@pytest.mark.parametrize("count", [1, 70_000])
def test_it_packs_as_python_does(count: int) -> None:
    """More than 65 535 files take a longer ending."""
    some = [(f"runs/{number}/events.jsonl", b"x" * (number % 5)) for number in range(count)]
    assert b"".join(packed(dict(some), [name for name, _ in some])) == zipped(some)


# -- made to harm


def bomb() -> bytes:
    return zipped([("README.txt", b"0" * 300_000_000)], zipfile.ZIP_DEFLATED)


def claiming() -> bytes:
    """Says that it holds four gigabytes, stored."""
    data = bytearray(zipped([("README.txt", b"0")]))
    for at in (18, 22, data.index(b"PK\1\2") + 20, data.index(b"PK\1\2") + 24):
        data[at : at + 4] = struct.pack("<L", 4_000_000_000)
    return bytes(data)


def overlapping() -> bytes:
    """Many names for the same bytes."""
    data = zipped([("README.txt", b"0" * 100_000)])
    at = data.index(b"PK\1\2")
    entry, end = data[at:-22], data[-22:]
    size = len(entry) * 5000
    return data[:at] + entry * 5000 + end[:8] + struct.pack("<HHLL", 5000, 5000, size, at) + end[-2:]


def signed(office: Office, folder_files: dict[str, bytes]) -> bytes:
    """A bundle whose every file is listed and signed by a key of its own: only the content itself can be refused."""
    from hashlib import sha256

    files = {"key.txt": f"{office.key.verifier}\n".encode()} | folder_files
    listed = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    manifest = office.key.signed(f"{office.key.verifier.name}\n{listed}").encode()
    return zipped([*files.items(), ("manifest.txt", manifest)])


EVENT = b'{"seq":1,"stream":"r","stream_seq":1,"kind":"run_started","by":"a","role":"b","recorded_at":"x","body":{%s}}\n'
PROOF = json.dumps({"seq": 1, "previous": "00" * 32, "hash": "00" * 32, "proof": []}).encode() + b"\n"


def run(body: bytes, **more: bytes) -> dict[str, bytes]:
    files = {"events.jsonl": EVENT % body, "proofs.jsonl": PROOF, "state.json": b"{}"} | {
        name.replace("_", "."): data for name, data in more.items()
    }
    return {f"runs/r/{name}": data for name, data in files.items()}


STARTED = b'"procedure":"p","revision":"q","place":"x","title":"t","inputs":{}'
EVIL: dict[str, Callable[[Office], bytes]] = {
    "a zip bomb": lambda office: bomb(),
    "more than there is": lambda office: claiming(),
    "overlapping members": lambda office: overlapping(),
    "a way out of the folder": lambda office: signed(office, {"../../etc/cron.d/x": b"x", "/etc/passwd": b"x", "runs\\x": b"x"}),
    "a folder": lambda office: zipped([("runs/", b"")]),
    "deep nesting": lambda office: signed(office, run(b'"a":' + b"[" * 200_000 + b"]" * 200_000)),
    "nesting as deep as goes": lambda office: signed(office, run(STARTED + b',"a":' + b"[" * 900 + b"]" * 900)),
    "deep revision": lambda office: signed(
        office, run(STARTED) | {"revisions/" + "0" * 64 + "/compiled.json": b'{"steps":' * 900 + b"1" + b"}" * 900}
    ),
    "a million digits": lambda office: signed(office, run(b'"a":' + b"9" * 1_000_000)),
    "a million digits of seq": lambda office: signed(office, run(STARTED, proofs_jsonl=b'{"seq":' + b"9" * 1_000_000 + b"}\n")),
    "a checkpoint of a million digits": lambda office: signed(
        office, {"checkpoint.txt": office.key.signed(f"{office.key.verifier.name}\n{'9' * 1_000_000}\nAAAA\n").encode()}
    ),
    "a key of a megabyte": lambda office: zipped([("key.txt", b"a+b+" + b"A" * 1_000_000), ("manifest.txt", b"\n\n")]),
    "no JSON": lambda office: signed(office, run(b'"a"')),
    "no objects": lambda office: signed(office, {"runs/r/events.jsonl": b"[]\n1\nnull\n", "runs/r/proofs.jsonl": b"0\n[]\n{}\n"}),
    "not UTF-8": lambda office: signed(office, run(STARTED, events_jsonl=b"\xff\xfe\n")),
    "figures that are none": lambda office: signed(office, run(STARTED + b',"x":NaN', state_json=b'{"a":1e999999999}')),
    "a line that is no event": lambda office: signed(office, run(STARTED, events_jsonl=b"\n" * 1000)),
    "nothing": lambda office: b"",
    "an empty zip file": lambda office: zipped([]),
    "no zip file": lambda office: b"PK\3\4" + bytes(range(256)) * 40,
    "text that moves the cursor": lambda office: signed(
        office, run(STARTED.replace(b'"t"', b'"\\u001b[2J\\n\\u202e"')) | {"runs/\x1b[2J\n全部相符/events.jsonl": b"x"}
    ),
}


@pytest.mark.parametrize("name", EVIL)
def test_what_is_made_to_harm_is_refused_with_a_sentence(name: str, office: Office, script: Path) -> None:
    path, begun = script.with_name("evil.zip"), time.monotonic()
    path.write_bytes(EVIL[name](office))
    done = alone(script, path, cwd=script.parent)
    assert done.returncode == 1, done.stdout[-500:] + done.stderr[-500:]
    assert "Traceback" not in done.stderr + done.stdout
    assert "WRONG" in done.stdout
    assert "everything fits" not in done.stdout.replace("WRONG", "")
    assert time.monotonic() - begun < 20
    assert not any(sign in done.stdout for sign in ("\x1b", "\u202e"))
    assert sorted(one.name for one in script.parent.iterdir()) == ["evil.zip", "verify.py"], "nothing was written"


def test_garbage_never_ends_it(bundle: bytes, verifier: ModuleType, tmp_path: Path) -> None:
    """Pieces of a bundle exchanged, doubled and cut at random."""
    chance = random.Random(3)
    for _ in range(150):
        data = bytearray(bundle)
        for _ in range(chance.randrange(1, 5)):
            at, length = chance.randrange(len(data)), chance.choice((1, 4, 30, 400))
            data[at : at + length] = chance.choice((b"", bytes(data[:length]), chance.randbytes(length)))
        assert bytes(data) == bundle or found(verifier, bytes(data), tmp_path / "x.zip")


def test_what_can_be_named_wrongly_on_the_command_line(bundle: bytes, office: Office, script: Path) -> None:
    path, key = script.with_name("b.zip"), script.with_name("the key.txt")
    path.write_bytes(bundle)
    key.write_text(f"{office.key.verifier}\n", encoding="utf-8")
    for given in (("--key", office.key.verifier, path), (path, "--key", key), (path, "--key", f"'{office.key.verifier}'")):
        assert alone(script, *given, cwd=script.parent).returncode == 0
    for given in ((), ("nowhere.zip",), (path, path), (path, "--key"), (path, "--key", ""), ("--help",)):
        done = alone(script, *given, cwd=script.parent)
        assert (done.returncode, done.stderr) == (2, "")
    (script.parent / "folder").mkdir()
    assert "holds no run at all" in alone(script, "folder", cwd=script.parent).stdout
