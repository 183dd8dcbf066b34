"""The forms of a single step in a draft: what they are filled in with, the faults they tell, the fields they show."""

import html
import re

from engine.drafts import Draft
from engine.procedure.procedure import walk

from .cast import House
from .figuring import NAME, desk

NEW = f"/procedures/{NAME}/new-step"
CHECK = {"behind": "ph", "kind": "check", "title.zh": "看一眼水泵"}
MEASURE = {
    "behind": "ph", "kind": "measure", "title.zh": "桑拿温度", "title.en": "Sauna temperature", "unit": "°C", "limits.low": "70",
    "limits.high": "９０", "out": "again", "action.zh": "调整温控", "after": "15", "after:u": "min",
}  # fmt: skip


def draft(house: House) -> Draft:
    """The draft as it is now."""
    found = desk(house).drafts.of(NAME)
    assert found is not None
    return found


def faults(page: str) -> dict[str, str]:
    """What is told, by field."""
    return {name: html.unescape(said) for name, said in re.findall(r'class="no" id="e-([^"]+)">([^<]+)', page)}


def fields(page: str) -> dict[str, list[str]]:
    """Every field of the form as a browser would send it."""
    form = page[page.index('class="stepform') : page.index("</form>", page.index('class="stepform'))]
    found: dict[str, list[str]] = {}
    for attributes in re.findall(r"<input ([^>]*)>", form):
        name = re.search(r'name="([^"]*)"', attributes)
        value = re.search(r'value="([^"]*)"', attributes)
        is_tick = 'type="radio"' in attributes or 'type="checkbox"' in attributes
        if name and name[1] != "csrf_token" and (not is_tick or " checked" in attributes):
            found.setdefault(name[1], []).append(html.unescape(value[1] if value else ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form):
        found[name] = [html.unescape(text).replace("\n", "\r\n")]
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = [html.unescape(chosen[1]) if chosen else ""]
    return found


def sections(house: House) -> dict[str, list[str]]:
    """Each section with its steps."""
    procedure = desk(house).examine(NAME, draft(house).files).written
    assert procedure is not None
    found: dict[str, list[str]] = {}
    for _, step, section in walk(procedure):
        found.setdefault(section.title.zh if section else "", []).append(step.id)
    return found
