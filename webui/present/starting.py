"""The page before a run begins: what it is for, what is asked, what is still open in its source."""

from dataclasses import dataclass

from webui.present.fields import Input
from webui.present.looking import Mistake


@dataclass(frozen=True, slots=True)
class StartPage:
    """Everything shown before a run begins. `origin` and `step`: the run and step it is started from, if any."""

    procedure: str
    title: str
    purpose: str
    place: str
    questions: tuple[str, ...]
    rules: tuple[str, ...]
    inputs: tuple[Input, ...]
    mistake: Mistake
    is_mine: bool
    roles: str
    command_id: str
    csrf: str
    origin: str
    step: str
