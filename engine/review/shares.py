"""Shares in per cent, by one rule wherever the product tells one: in reports, in trends, on paper and on the terminal.

To one decimal, halves upwards; but 100 % is told only where all are counted and 0 % only where none is: one of a thousand that is
missing is what a reader looks for. So shares of the same whole need not add up to exactly 100 %.
"""

from decimal import Decimal

_TENTHS = 1000  # of all


def percent(some: int, whole: int) -> Decimal | None:
    """How many of `whole` are `some`, in per cent; None of nothing. ValueError for more than the whole or less than nothing."""
    if not 0 <= some <= whole:
        raise ValueError(some)
    if not whole:
        return None
    tenths = (2 * _TENTHS * some + whole) // (2 * whole)
    if 0 < some < whole:
        tenths = min(max(tenths, 1), _TENTHS - 1)
    return Decimal(tenths).scaleb(-1)
