"""A checkpoint that somebody keeps, held against a bundle. Needs nothing but Python."""

from __future__ import annotations

from pathlib import Path

from engine.evidence.given import is_key, plain, signed_head
from engine.evidence.rekeyed import key_for, other_head
from engine.evidence.unpacking import BROKEN, Bundle


def check_kept(bundle: Bundle, kept: Path, checkpoint: tuple[int, bytes]) -> list[str]:
    """How the bundle stands to a checkpoint that somebody keeps: whether it is of an older record, or of another one.

    It has to be signed by the key that was in force for so many events.
    """
    try:
        note = plain(kept.read_bytes()).rstrip("\n") + "\n"
        key = key_for(bundle, note)
        size, root = signed_head(note, key, is_key(key.encode()))
    except BROKEN as error:
        bundle.wrong(
            kept.name, "留着的检查点不是用这个公钥签的", f"the checkpoint that you keep: not signed by this key ({error})"
        )
        return []
    if (size == checkpoint[0] and root != checkpoint[1]) or other_head(bundle, size, root):
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
