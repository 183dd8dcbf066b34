"""What was ever measured or counted here, for the pages that let one choose of it."""

from engine.procedure.plan import Plan
from engine.review.trends.readings import Readings
from engine.wording import Names
from webui.pages.engaging import plans
from webui.present.measured import Figure, figures
from webui.visitor import product


def measured(names: Names) -> dict[str, Figure]:
    """The parameters and counted fields that were ever recorded, by id."""
    engine = product().engine
    readings = Readings(engine.ledger)

    def last_plan(parameter: str) -> Plan | None:
        run = readings.last_run(parameter)
        return engine.run(run, is_fresh=False).plan if run else None

    return figures(names, plans(), readings.parameters(), last_plan)
