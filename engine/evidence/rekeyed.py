"""The keys that signed before the one of a bundle: when each was changed, by whom, why, and whether the old key said so itself.

Needs nothing but Python.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from engine.evidence.given import is_key, own_key, signed_head
from engine.evidence.sealed import event_fault, goes_on, opened
from engine.evidence.unpacking import BROKEN, Bundle, read

KEYS = "keys/events.jsonl"
KEY_STREAM = "checkpoint keys"


def key_changes(bundle: Bundle) -> list[Any]:
    """What the bundle says of changes of the key; nothing where it tells of none, or cannot be read."""
    try:
        events = [read(line) for line in bundle.lines(KEYS)] if KEYS in bundle.files else []
        return [one for one in events if one["kind"] == "checkpoint_key_changed" and one["body"]["new"]]
    except BROKEN:
        return []


def is_handed_over(body: Any) -> bool:
    """Whether the old key signed that the new one follows."""
    try:
        name = body["old"].partition("+")[0]
        return is_key(body["old"].encode()) and opened(body["handover"], body["old"]) == f"{name}/handover\n{body['new']}\n"
    except BROKEN:
        return False


def believed(bundle: Bundle, key: str) -> str:
    """The key to check a bundle by, for somebody who was given `key`: the bundle's own where `key` leads to it.

    Where `key` was replaced without having signed it, that is noted as wrong, and the rest is checked all the same.
    """
    at, own = key, own_key(bundle)
    for event in key_changes(bundle):
        body = event["body"]
        if body["old"] in (at, at.partition("+")[0]):
            if not is_handed_over(body):
                zh = f"给出的公钥在第 {event['seq']} 个事件处换掉了，它没有签字：请另外问清楚，再用新的公钥核对"
                en = f"the key that was given was replaced at event {event['seq']} without its signature: ask why, and check by"
                bundle.wrong("key.txt", zh, f"{en} the new key once you were given that another way")
                return own
            at = body["new"]
    if at != own:
        bundle.wrong("key.txt", "不是给出的公钥", "not the key that was given")
        return key
    return own


def check_keys(bundle: Bundle, checkpoint: tuple[int, bytes]) -> list[str]:
    """That the changes of the key are in the signed record, whole and in order, and that the record goes on across them."""
    if not any(name.startswith("keys/") for name in bundle.files):
        return []
    try:
        return checked_keys(bundle, checkpoint)
    except BROKEN as error:
        bundle.wrong(KEYS, "读不懂", f"cannot be understood ({type(error).__name__}: {error})")
        return []


def checked_keys(bundle: Bundle, checkpoint: tuple[int, bytes]) -> list[str]:
    """The same, of files that can be read; a line for each change."""
    lines, proofs = bundle.lines(KEYS), [read(line) for line in bundle.lines("keys/proofs.jsonl")]
    heads = [read(line) for line in bundle.lines("keys/checkpoints.jsonl")]
    before, key, told = {"seq": -1, "hash": ""}, "", list[str]()
    for number, line in enumerate(lines, 1):
        event, proof = read(line), proofs[number - 1]
        body, what = event["body"], event_fault(line, event, proof, before, checkpoint)
        if not what and (event["stream"], event["stream_seq"]) != (KEY_STREAM, number):
            what = "not the one that is due"
        if not what and event["kind"] == "checkpoint_key_changed":
            name = body["old"].partition("+")[0]
            what = "it changes another key" if key and name != key.partition("+")[0] else ""
            what = what or head_fault(event, heads[len(told)], checkpoint)
            told.append(change_told(event))
        if what:
            bundle.wrong(KEYS, f"第 {number} 个换钥匙的事件不对", f"event {number} of the keys: {what}")
        before, key = proof, body["new"] if event["kind"] == "checkpoint_key_changed" else body["key"]
    if (len(proofs), len(heads)) != (len(lines), len(told)) or key != own_key(bundle):
        bundle.wrong(KEYS, "最后一把不是包里的公钥，或有缺少", "the last key is not that of the bundle, or something is missing")
    return told


def head_fault(event: Any, head: Any, checkpoint: tuple[int, bytes]) -> str:
    """What is wrong with the newest checkpoint from before a change; empty when nothing is."""
    old, known = event["body"]["old"], is_key(event["body"]["old"].encode())
    try:
        size, root = signed_head(head["note"], old, known)
    except BROKEN:
        return "the checkpoint before it is not signed by the old key"
    if size != event["body"]["size"] or not size < event["seq"]:
        return "the checkpoint before it is another"
    way = [bytes.fromhex(node) for node in head["proof"]]
    return "" if goes_on(size, root, checkpoint[0], checkpoint[1], way) else "the record does not go on from the one before it"


def change_told(event: Any) -> str:
    """A change in a line."""
    body, seq = event["body"], event["seq"]
    old, new = (body[name].partition("+")[0] for name in ("old", "new"))
    how = "旧钥匙签了字 / signed by the old key"
    if not is_handed_over(body):
        how = "旧钥匙没有签字（单位说已丢失）：请另外核实 / NOT signed by the old key, said to be lost: ask the house another way"
    head = f"换过签名钥匙 / THE SIGNING KEY WAS CHANGED: 第 {seq} 个事件 / event {seq}"
    return f"{head}, {event['recorded_at']}, {event['by']}: {old} → {new}; {how}; 原因 / why: {body['reason']}"


def key_for(bundle: Bundle, note: str) -> str:
    """The key that was in force for a checkpoint, as the bundle tells it; its own where that knows of no other."""
    size, key = int(note.split("\n")[1]), ""
    for event in key_changes(bundle):
        key = key or event["body"]["old"]
        key = event["body"]["new"] if event["seq"] <= size else key
    return key or own_key(bundle)


def other_head(bundle: Bundle, size: int, root: bytes) -> bool:
    """Whether the bundle holds a checkpoint of as many events with another root."""
    heads = [read(line)["note"].split("\n") for line in bundle.files.get("keys/checkpoints.jsonl", b"").split(b"\n") if line]
    known = {int(lines[1]): lines[2] for lines in heads}
    return size in known and known[size] != b64encode(root).decode()
