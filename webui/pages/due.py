"""What is due for review now: the site's exceptions in force whose day is past."""

from datetime import date

from engine.wording import Names
from webui.pages.engaging import plans
from webui.present.overrides import Due, due_for_review
from webui.visitor import product


def due_now(names: Names) -> tuple[Due, ...]:
    """Every exception that somebody must look at."""
    return due_for_review({name: plan.procedure for name, plan in plans().items()}, today_here(), names)


def today_here() -> date:
    """The day it is at the site."""
    engine = product().engine
    return engine.clock.now().astimezone(engine.site.zone).date()
