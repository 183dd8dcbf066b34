"""The verifier as one file: its parts, which stand in modules of their own here, put together in order."""

import re
from hashlib import sha256
from importlib.resources import files

PARTS = ("curve", "sealed", "reopening", "folding", "unpacking", "given", "rekeyed", "kept", "telling", "verifier")
_FUTURE = "from __future__ import annotations\n"
_ALONE = """
import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # the folder of this file: what lies beside it is never run in place of Python's own modules
"""
_OURS = re.compile(r"^from engine\.evidence\..*\n", re.MULTILINE)


def verifier_digest() -> str:
    """Its SHA-256, in hex: the same wherever this version of the product is used."""
    return sha256(verifier_text().encode()).hexdigest()


def verifier_text() -> str:
    """The text of verify.py. It begins with the verifier's own explanation."""
    texts = {name: files("engine.evidence").joinpath(f"{name}.py").read_text(encoding="utf-8") for name in PARTS}
    heads = {name: text.partition(_FUTURE)[0] for name, text in texts.items()}
    bodies = [_OURS.sub("", text.partition(_FUTURE)[2]).strip("\n") for text in texts.values()]
    return f"#!/usr/bin/env python3\n{heads['verifier']}{_FUTURE}{_ALONE}\n" + "\n\n\n".join(bodies) + "\n"
