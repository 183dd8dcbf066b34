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


def signed_head(note: str, key: str) -> tuple[int, bytes]:
    """What a checkpoint says: how many events, and the root over them. ValueError where the key did not sign it."""
    origin, size, root, _ = opened(note, key).split("\n")
    if origin != key.partition("+")[0] or len(size) > 20:
        raise ValueError("another record's")
    return int(size), b64decode(root, validate=True)


def check_kept(bundle: Bundle, key: str, kept: Path, checkpoint: tuple[int, bytes]) -> list[str]:
    """How the bundle stands to a checkpoint that somebody keeps: whether it is of an older record, or of another one."""
    try:
        size, root = signed_head(plain(kept.read_bytes()).rstrip("\n") + "\n", key)
    except BROKEN as error:
        bundle.wrong(
            kept.name, "留着的检查点不是用这个公钥签的", f"the checkpoint that you keep: not signed by this key ({error})"
        )
        return []
    if size == checkpoint[0] and root != checkpoint[1]:
        bundle.wrong(kept.name, "事件数相同，根不同：不是同一份记录", "as many events, but another root: not the same record")
    if size > checkpoint[0]:
        zh = f"证据包比留着的检查点旧（{checkpoint[0]} < {size} 个事件）：请要新的"
        en = f"the bundle is older than the checkpoint that you keep ({checkpoint[0]} < {size} events): ask for a new one"
        bundle.wrong(kept.name, zh, en)
    if size < checkpoint[0]:
        zh = "证据包比留着的检查点新；是不是接着它写的，请单位当面运行"
        en = "newer than the checkpoint that you keep; whether the record goes on from it is told by"
        return [f"{zh} sop verify --checkpoint / {en} sop verify --checkpoint"]
    return []


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
