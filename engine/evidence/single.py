"""The verifier as one file: its parts, which stand in modules of their own here, put together in order."""

import re
from importlib.resources import files

PARTS = ("curve", "sealed", "reopening", "folding", "unpacking", "telling", "verifier")
_FUTURE = "from __future__ import annotations\n"
_OURS = re.compile(r"^from engine\.evidence\..*\n", re.MULTILINE)


def verifier_text() -> str:
    """The text of verify.py. It begins with the verifier's own explanation."""
    texts = {name: files("engine.evidence").joinpath(f"{name}.py").read_text(encoding="utf-8") for name in PARTS}
    heads = {name: text.partition(_FUTURE)[0] for name, text in texts.items()}
    bodies = [_OURS.sub("", text.partition(_FUTURE)[2]).strip("\n") for text in texts.values()]
    return f"#!/usr/bin/env python3\n{heads['verifier']}{_FUTURE}\n" + "\n\n\n".join(bodies) + "\n"
