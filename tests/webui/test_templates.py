"""Compiled templates are kept between starts; a template that includes another is compiled anew when that one changes."""

from pathlib import Path

from jinja2 import DictLoader, Environment

from webui.fragments import Tight, _Kept


def shown(folder: Path, inner: str) -> str:
    """What the outer template shows, by a program that was just started."""
    outer = {"outer.html": '<p>{% include "inner.html" %}</p>', "inner.html": inner}
    environment = Environment(loader=DictLoader(outer), extensions=[Tight], autoescape=True)
    environment.bytecode_cache = _Kept(str(folder), environment)
    return environment.get_template("outer.html").render()


def test_what_is_included_counts(tmp_path: Path) -> None:
    assert shown(tmp_path, "old") == "<p>old</p>"
    kept = sorted(tmp_path.iterdir())
    assert shown(tmp_path, "old") == "<p>old</p>"
    assert sorted(tmp_path.iterdir()) == kept
    assert len(kept) == 1
    assert shown(tmp_path, "new") == "<p>new</p>"
