"""What stands in the margins of every printed page of a record: which run it is, who printed it when, and the page's number."""

from webui.present.looking import Look
from webui.present.record_head import with_zone


def page_style(look: Look) -> str:
    """The @page rule of one run."""
    state, w = look.run.state, look.w
    title = look.text(look.run.plan.procedure.title)
    number = f" {state.started.number}" if state.started.number else ""
    printed = str(w.printed_at_by).format(by=look.actor.name, at=with_zone(look, look.now))
    margins = {
        "top-left": _string(f"{title}{number}"),
        "top-right": _string(f"{w.run_id} {state.run}"),
        "bottom-left": _string(printed),
        "bottom-right": 'counter(page) " / " counter(pages)',
    }
    boxes = " ".join(f"@{box} {{ content: {content}; font: 8pt sans-serif; color: #444; }}" for box, content in margins.items())
    return f"@page {{ size: A4; margin: 20mm 14mm 18mm; {boxes} }}\n"


def _string(text: str) -> str:
    """A CSS string: whatever is not plain stands as its number, so that no text can end it, or the style sheet."""
    return '"' + "".join(one if one.isalnum() or one in " .-:·" else f"\\{ord(one):06x}" for one in text) + '"'
