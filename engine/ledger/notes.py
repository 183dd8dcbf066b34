"""Signed notes (C2SP signed-note, Ed25519) and the key that signs them.

A note is text that ends in a newline, an empty line, and a signature line: a dash, the key's name, and Base64 of the key's id and
the signature. Whoever has the verifier key (name, id, public key in one line) can check it with any program that knows the form.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.ledger.keyfile import made_once

FILE = "checkpoint.key"
MISSING = f"{FILE} is missing from the data folder; put it back from the backup of that folder"
REPLACED = f"was {FILE} of the data folder replaced? Put the first one back from the backup of that folder"
RENEW = "where no backup has it, replace it: sop checkpoint renew-key"
_ED25519 = b"\x01"
_DASH = "\u2014 "


class NotSigned(ValueError):
    """A text that is not a note, or not signed by the key that is asked for; the message says which."""


class KeyGone(NotSigned):
    """The key that is to sign is not in the data folder; `why`: missing, damaged, other."""

    def __init__(self, why: str, what: str) -> None:
        super().__init__(what)
        self.why = why


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half: enough to check, not to sign. `public` is empty where nobody kept it: then only the name is known."""

    name: str
    public: bytes

    @classmethod
    def read(cls, line: str) -> "VerifierKey":
        """A key from its line, or its name alone. Raises NotSigned where name, id and key are not each other's."""
        name, _, rest = line.partition("+")
        found = cls(name, _decoded(rest.partition("+")[2])[1:] if rest else b"")
        if rest and (str(found) != line or name != _name_of(found.public)):
            raise NotSigned("not a public key, or mistyped: name, id and key do not fit each other")
        return found

    @property
    def is_known(self) -> bool:
        """Whether anything can be checked by it."""
        return bool(self.public)

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The key in one line, as C2SP writes it; its name where no more is known."""
        if not self.is_known:
            return self.name
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def opened(self, note: str) -> str:
        """The text of a note that this key signed. Raises NotSigned."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text, signatures = split(note)
        if self.name not in signatures:
            raise NotSigned(f"signed by another key than {self.name}; {REPLACED}")
        if not self.is_known:
            raise NotSigned(f"the public key of {self.name} is not kept")
        key_id, signature = signatures[self.name][:4], signatures[self.name][4:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            raise NotSigned("the signature does not fit the text") from None
        if key_id != self.id:
            raise NotSigned("the key's id is not the key's")
        return text


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half."""

    seed: bytes

    @property
    def verifier(self) -> VerifierKey:
        """The public half; its name is made of the key, so that no two houses share one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(_name_of(public), public)

    def signed(self, text: str) -> str:
        """The text as a signed note. ValueError unless it ends in a newline."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not text.endswith("\n"):
            raise ValueError("a note's text ends in a newline")
        key = self.verifier
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{_DASH}{key.name} {b64encode(key.id + signature).decode()}\n"


def _name_of(public: bytes) -> str:
    return f"sop-checklists/{sha256(public).hexdigest()[:16]}"


def split(note: str) -> tuple[str, dict[str, bytes]]:
    """A note's text, and its signatures by the name of the key. Raises NotSigned for what has not the form."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NotSigned("not a signed note: no empty line before the signatures, or cut off")
    signatures = {}
    for line in lines[:-1].split("\n"):
        name, space, coded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise NotSigned("not a signed note: a line after the text is no signature")
        signatures[name] = _decoded(coded)
    return text + "\n", signatures


def _decoded(coded: str) -> bytes:
    try:
        found = b64decode(coded, validate=True)
    except (NotBase64, ValueError):
        raise NotSigned("not a signed note: a signature is not Base64") from None
    if b64encode(found).decode() != coded:
        raise NotSigned("not a signed note: a signature is not written as it should be")
    return found


def signing_key(folder: Path) -> SigningKey:
    """The key of a data folder, made once and readable by the owner only."""
    made_once(folder / FILE)
    return _read(folder / FILE)


def kept_key(folder: Path) -> VerifierKey | None:
    """The public key of a data folder, by which is checked what was signed; None where the key is missing. None is made."""
    path = folder / FILE
    return _read(path).verifier if path.exists() else None


def given_key(folder: Path) -> VerifierKey | None:
    """The same; None also where the file is no key."""
    try:
        return kept_key(folder)
    except NotSigned:
        return None


def renewed(key: VerifierKey) -> str:
    """The name of the file of a key that took the place of another."""
    return f"checkpoint-{key.name.rpartition('/')[2]}.key"


def held_key(folder: Path, key: VerifierKey, *, is_first: bool) -> SigningKey:
    """The key of this name, of a data folder. Raises KeyGone where it is not there: none is made.

    `is_first`: it took no other's place, so that it lies in the first file; beside a later one the first holds one of before.
    """
    paths = [path for path in (folder / renewed(key), folder / FILE) if path.exists()]
    if not paths or (not is_first and folder / renewed(key) not in paths and _is_another(folder / FILE, key)):
        what = MISSING if is_first else MISSING.replace(FILE, renewed(key))
        raise KeyGone("missing", f"{what}. No other is made: checkpoints were signed by the one that is missing; {RENEW}")
    try:
        found = next((one for one in map(_read, paths) if one.verifier.name == key.name), None)
    except NotSigned as error:
        raise KeyGone("damaged", f"{error}; {RENEW}") from None
    if found is None:
        raise KeyGone("other", f"the checkpoints are signed by another key; {REPLACED}; {RENEW}")
    return found


def _is_another(path: Path, key: VerifierKey) -> bool:
    try:
        return _read(path).verifier.name != key.name
    except NotSigned:
        return True


def _read(path: Path) -> SigningKey:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise NotSigned(f"{path} cannot be read ({error.strerror}); put it back from the backup of the data folder") from error
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise NotSigned(f"{path} is not a key of 32 bytes in hex; put it back from the backup of the data folder")
    return SigningKey(bytes.fromhex(text))
