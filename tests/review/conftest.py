"""Past runs, made once."""

from .past import engine

__all__ = ["engine"]
