"""Parameters: the figures of a procedure, each written once with title, unit, limits and where the figure comes from."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt, StrictStr

from engine.procedure.limits import Band, Limits, Range, Statutory, band_of
from engine.procedure.text import ClauseId, Text, Written


class Parameter(Written):
    """One figure. Outside `limits`: a deviation. Outside `critical`: stop and notify. Outside `plausible`: refused as typed wrong."""

    title: Text
    unit: StrictStr = Field(default="", description="The unit as shown and recorded, e.g. mg/L, °C, min.")
    limits: Limits | None = None
    plausible: Range | None = None
    critical: Range | None = None
    statutory: Statutory | None = None
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] | None = None
    source: ClauseId | None = Field(default=None, description="The clause of the source document the figure comes from.")
    note: Text | None = Field(default=None, description="Anything a supervisor should know about this figure.")

    def band(self, value: Decimal) -> Band:
        """Where `value` lies."""
        return band_of(value, plausible=self.plausible, critical=self.critical, limits=self.limits)
