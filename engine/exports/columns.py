"""What an export is made of: columns, rows, and cells that keep numbers numbers and times times."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.procedure.text import Language


@dataclass(frozen=True, slots=True)
class Coded:
    """A value with a name for people: programs get the code, people the text."""

    code: str
    text: str


Cell = str | int | Decimal | datetime | Coded | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `name` for programs, a title for people."""

    name: str
    zh: str
    en: str

    def into(self, language: Language) -> str:
        """The title."""
        return self.en if language == "en" else self.zh
