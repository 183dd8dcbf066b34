"""Parameters: the figures of a procedure, each written once with title, unit, limits and where the figure comes from."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt

from engine.procedure.limits import Band, Limits, Range, Statutory, band_of
from engine.procedure.text import ClauseId, Text, Written
from engine.procedure.unit import Unit


class Parameter(Written):
    """One figure with its limits, each kind of which has its own consequence."""

    title: Text = Field(description="What the figure is, e.g. 余氯.")
    unit: Unit = Field(default=Unit(), description="The unit, e.g. mg/L, °C, min; {zh: 个/L, en: pcs/L} for both languages.")
    limits: Limits | None = Field(default=None, description="Outside: a deviation.")
    plausible: Range | None = Field(default=None, description="Outside: refused as a typing error, nothing recorded.")
    critical: Range | None = Field(default=None, description="Outside: stop, and tell at once.")
    statutory: Statutory | None = Field(default=None, description="What law or standard asks, for comparison.")
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] | None = Field(
        default=None, description="Decimals shown and usually typed."
    )
    source: ClauseId | None = Field(default=None, description="The clause of the source document the figure comes from.")
    note: Text | None = Field(default=None, description="Anything a supervisor should know about this figure.")

    def band(self, value: Decimal) -> Band:
        """Where `value` lies."""
        return band_of(value, plausible=self.plausible, critical=self.critical, limits=self.limits)
