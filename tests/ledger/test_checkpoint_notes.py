"""A checkpoint as others keep it: a note anybody can read, one byte of it changed, another key, and whose key it is."""

import base64
import stat
from pathlib import Path

import pytest

from engine.ledger.checkpoints import Checkpoint
from engine.ledger.notes import NotSigned, SigningKey, VerifierKey, signing_key, split

from .signing import KEY


# Notes and keys
def test_a_note_is_what_others_can_read() -> None:
    """C2SP signed-note: the text, an empty line, a dash, the name, Base64 of four bytes of the key's id and the signature."""
    note = Checkpoint.make(7, bytes(32), KEY).note
    name, number, root, empty, line = note.rstrip("\n").split("\n")
    assert (number, root, empty) == ("7", base64.b64encode(bytes(32)).decode(), "")
    assert line.startswith(f"— {name} ")
    assert base64.b64decode(line.split(" ")[2])[:4] == KEY.verifier.id
    assert str(KEY.verifier).startswith(f"{name}+{KEY.verifier.id.hex()}+AQ")
    assert Checkpoint.read(note, KEY.verifier) == Checkpoint(7, bytes(32), note)


@pytest.mark.parametrize("at", range(0, 220, 3))
def test_one_byte_of_a_note(at: int) -> None:
    note = Checkpoint.make(7, bytes(32), KEY).note.encode()
    if at >= len(note):
        pytest.skip("the note is shorter")
    changed = (note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :]).decode(errors="replace")
    with pytest.raises(NotSigned):
        Checkpoint.read(changed, KEY.verifier)


@pytest.mark.parametrize(
    "words", ["", "x", "x\n\n", "x\n\ny\n", "x\n\n— y !\n", "x\n\n— y eA\n", "x\n\n— y eA==", "x\n\n— y eB==\n"]
)
def test_what_is_no_note(words: str) -> None:
    with pytest.raises(NotSigned):
        split(words)


@pytest.mark.parametrize("words", ["x\n", "{0}\n7\n", "{0}\nx\neA==\n", "{0}\n7\n!\n", "{0}\n7\neA==\nmore\n"])
def test_a_note_that_is_no_checkpoint(words: str) -> None:
    with pytest.raises(NotSigned):
        Checkpoint.read(KEY.signed(words.format(KEY.verifier.name)), KEY.verifier)


def test_another_key() -> None:
    note = Checkpoint.make(7, bytes(32), KEY).note
    with pytest.raises(NotSigned, match="another key"):
        Checkpoint.read(note, SigningKey(bytes(32)).verifier)
    with pytest.raises(NotSigned, match="does not fit"):
        Checkpoint.read(note, VerifierKey(KEY.verifier.name, SigningKey(bytes(32)).verifier.public))
    with pytest.raises(ValueError, match="newline"):
        KEY.signed("x")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = signing_key(tmp_path)
    path = tmp_path / "checkpoint.key"
    assert signing_key(tmp_path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["checkpoint.key"]
    path.write_text("00")
    with pytest.raises(NotSigned, match="backup"):
        signing_key(tmp_path)
