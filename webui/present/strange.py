"""Values in an address that nobody can make sense of: they are left out, and the page says which, as its form calls them."""

from collections.abc import Iterable, Mapping

from engine.wording import Names
from webui.words import words

_TITLES: Mapping[str, str] = {
    "after": "pages", "before": "pages", "days": "past_which", "form": "export_form", "from": "find_since",
    "group": "queue_groups", "order": "find_order", "parameter": "trends_figure",
    "review": "review", "state": "find_state", "until": "until", "view": "export_what", "what": "find_answered",
    "wrong": "find_wrong",
}  # fmt: skip


def told(strange: Iterable[str], names: Names) -> str:
    """That these parts of an address were left out; "" where there are none."""
    w = words(names.language)
    titles = [str(getattr(w, _TITLES[one])) for one in dict.fromkeys(strange)]
    return str(w.find_strange).format(names=names.listed(titles)) if titles else ""
