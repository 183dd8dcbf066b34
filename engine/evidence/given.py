"""What somebody gives beside a bundle: the house's key, and a checkpoint that they keep. Needs nothing but Python."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from engine.evidence.sealed import opened
from engine.evidence.unpacking import BROKEN, Bundle


def is_key(text: bytes) -> bool:
    """Whether this is a public key: name and id are made of it, so that one mistyped letter shows."""
    try:
        name, key_id, coded = text.decode("ascii").split("+", 2)
        public = b64decode(coded, validate=True)
        fits = name == f"sop-checklists/{sha256(public[1:]).hexdigest()[:16]}"
        fits = fits and key_id == sha256(name.encode() + b"\n" + public).digest()[:4].hex()
        return fits and b64encode(public).decode() == coded
    except BROKEN:
        return False


def own_key(bundle: Bundle) -> str:
    """The key that lies in the bundle."""
    return bundle.files.get("key.txt", b"").decode("utf-8", "replace").strip()


def signed_head(note: str, key: str, is_known: bool = True) -> tuple[int, bytes]:
    """What a checkpoint says: how many events, and the root over them. ValueError where the key did not sign it.

    Of a key of which nothing but the name `is_known` the signature cannot be checked.
    """
    origin, size, root, _ = (opened(note, key) if is_known else note.partition("\n\n")[0] + "\n").split("\n")
    if origin != key.partition("+")[0] or len(size) > 20:
        raise ValueError("another record's")
    return int(size), b64decode(root, validate=True)


def plain(data: bytes) -> str:
    """The text of a small file that somebody saved or piped: UTF-8, or UTF-16 as PowerShell writes, with Windows' line ends."""
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(coding, "replace").replace("\r\n", "\n")


def asked(arguments: list[str]) -> tuple[str, dict[str, str]] | None:
    """The bundle, and what was given beside it by name; None where that makes no sense."""
    given, named = list(arguments[1:]), {"--key": "", "--checkpoint": ""}
    for name in named:
        if name in given[:-1]:
            at = given.index(name)
            named[name] = given[at + 1].strip(" \t\r\n\"'")
            del given[at : at + 2]
            if not named[name]:
                return None
    if Path(named["--key"]).is_file():
        named["--key"] = plain(Path(named["--key"]).read_bytes()).strip()
    return None if len(given) != 1 or given[0].startswith("-") else (given[0], named)
