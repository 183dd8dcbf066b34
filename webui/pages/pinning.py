"""The PIN given again where something is signed."""

from engine.people import is_guess
from engine.run.refusal import Refusal
from webui.forms import Given, first
from webui.pages.session import checked_pin, pin_refusal
from webui.visitor import visitor


def pin_given(form: Given, step: str = "") -> Refusal | None:
    """None where the PIN given again is right."""
    pin = first(form, "pin")
    if not is_guess(pin):
        return Refusal("pin_needed", step)
    checked = checked_pin(visitor().actor.person, pin)
    return None if checked.is_right else pin_refusal(checked, step)
