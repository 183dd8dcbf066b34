"""Whether a text says anything: an evidence of nothing but characters that nobody sees would look as if no reason was given."""

from unicodedata import category

_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Zl", "Zp", "Zs"))
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs to Unicode, and yet blank


def is_visible(text: str) -> bool:
    """Whether anything of it can be seen. Blanks, marks of direction, characters of no width and accents upon nothing cannot;
    what this Python does not know yet, as the newest characters of names, can.
    """
    return any(category(char) not in _UNSEEN and char not in _FILLERS for char in text)
