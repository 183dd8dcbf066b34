"""The form of figures and texts as a supervisor has it: opened on a draft, read field by field, filled in whole."""

import html
import re
from typing import Any

from engine.authoring import Authoring

from .cast import House, Tablet

HIGH = "parameters.free_chlorine.limits.high"
LOW = "parameters.free_chlorine.limits.low"
NAME = "pool/prep"
HERE = f"/procedures/{NAME}/figures"
SAID = re.compile(r'class="no"[^>]*>([^<]+)')


def begun(tablet: Tablet, name: str = NAME) -> Tablet:
    """The draft begun, as the button on the procedure's page does."""
    assert tablet.post(f"/procedures/{name}/begin", way="figures").location == f"/procedures/{name}/figures"
    return tablet


def desk(house: House) -> Authoring:
    """The workbench."""
    found: Authoring = house.app.extensions["authoring"]
    return found


def text_of(house: House, name: str = NAME) -> str:
    """What the draft says now."""
    draft = desk(house).drafts.of(name)
    assert draft is not None
    return draft.files[f"{name}.yaml"]


def version(tablet: Tablet, name: str = NAME) -> str:
    """The version the form was made from."""
    found = re.search(r'name="version" value="(\d+)"', tablet.get(f"/procedures/{name}/figures").text)
    assert found
    return found[1]


def value(page: str, key: str) -> str:
    """What stands in a field."""
    found = re.search(rf'<input[^>]* name="{re.escape(key)}" value="([^"]*)"', page)
    if found:
        return html.unescape(found[1])
    found = re.search(rf'<textarea[^>]* name="{re.escape(key)}"[^>]*>\n?([^<]*)</textarea>', page)
    assert found, key
    return html.unescape(found[1])


def whole_form(page: str) -> dict[str, Any]:
    """Every field as a browser would send it unchanged."""
    fields: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="(version|[^"]+:asked)" value="([^"]*)"', page))
    for name, shown in re.findall(r'<input (?!type)[^>]*name="([^"]+)" value="([^"]*)"', page):
        fields[name] = html.unescape(shown)
    for name, shown in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page):
        fields[name] = html.unescape(shown).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    for name in [key.removesuffix(":asked") for key in fields if key.endswith(":asked")]:
        fields[name] = re.findall(rf'name="{re.escape(name)}" value="([a-z_]+)" checked', page)
    return fields
