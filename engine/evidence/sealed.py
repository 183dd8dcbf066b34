"""What a signature seals: signed notes, and entries of the tree whose root was signed. Needs nothing but Python."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

from engine.evidence.curve import is_signed


def opened(note: str, key: str) -> str:
    """The text of a signed note (C2SP signed-note). ValueError where the key did not sign it."""
    text, gap, line = note.rpartition("\n\n")
    name, _, coded = key.partition("+")
    key_id, public = coded[:8], b64decode(coded[9:], validate=True)
    head, body = f"\u2014 {name} ", (text + "\n").encode("utf-8")
    if not gap or not line.startswith(head) or line[-1:] != "\n":
        raise ValueError(f"not a note signed by {name}")
    signature = b64decode(line[len(head) : -1], validate=True)
    expected = sha256(name.encode() + b"\n" + public).digest()[:4]
    if expected.hex() != key_id or signature[:4] != expected or b64encode(signature).decode() != line[len(head) : -1]:
        raise ValueError("the key's id is not the key's")
    if public[:1] != b"\x01" or not is_signed(public[1:], body, signature[4:]):
        raise ValueError("the signature does not fit the text")
    return text + "\n"


def is_included(entry: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether an entry is in the tree with this root (RFC 9162 section 2.1.3.2)."""
    first, last, node = index, size - 1, sha256(b"\x00" + entry).digest()
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = sha256(b"\x01" + sibling + node).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + sibling).digest()
        first, last = first >> 1, last >> 1
    return 0 <= index < size and last == 0 and node == root


def goes_on(older: int, older_root: bytes, newer: int, newer_root: bytes, proof: list[bytes]) -> bool:
    """Whether the newer tree begins with the older one (RFC 9162 section 2.1.4.2)."""
    if older >= newer or not older or not proof:
        return older == newer and older_root == newer_root and not proof
    nodes = [older_root, *proof] if older & (older - 1) == 0 else proof
    first, last = older - 1, newer - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = sha256(b"\x01" + node + before).digest(), sha256(b"\x01" + node + after).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = sha256(b"\x01" + after + node).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and before == older_root and after == newer_root


def event_fault(line: bytes, event: Any, proof: Any, before: Any, checkpoint: tuple[int, bytes]) -> str:
    """What is wrong with an event: its content, its place in the chain, or its proof; empty when nothing is."""
    digest, previous = bytes.fromhex(proof["hash"]), bytes.fromhex(proof["previous"])
    leaf = sha256(b"\x00" + line).digest()
    if sha256(b"\x01" + previous + leaf).digest() != digest:
        return "its content is not what its hash stands for"
    if event["seq"] != proof["seq"] or event["seq"] <= before["seq"]:
        return "out of order"
    if event["seq"] == before["seq"] + 1 and proof["previous"] != before["hash"]:
        return "not linked to the one before"
    way = [bytes.fromhex(node) for node in proof["proof"]]
    return "" if is_included(digest, event["seq"] - 1, *(checkpoint[0], way, checkpoint[1])) else "not in the signed record"
