"""What a reference card says, apart from where it is written: its title and text in both languages, and a name for exactly that.

Two cards of the same wording have the same digest, whoever wrote them and wherever they stand.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import normalize

from engine.procedure.procedure import Card
from engine.procedure.text import Text


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a card, in NFC as the ledger keeps them; no English is an empty text, and then the Chinese is shown."""

    title: str
    text: str
    title_en: str = ""
    text_en: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over the four texts: the name of exactly these words."""
        four = [self.title, self.text, self.title_en, self.text_en]
        return sha256(json.dumps(four, ensure_ascii=False).encode()).hexdigest()

    def title_in(self, language: str) -> str:
        """The heading in a language."""
        return self.title_en if language == "en" and self.title_en else self.title

    def text_in(self, language: str) -> str:
        """What it says in a language."""
        return self.text_en if language == "en" and self.text_en else self.text

    @property
    def heading(self) -> Text:
        """The heading as a procedure writes it."""
        return Text(zh=self.title, en=self.title_en or None)


def wording_of(card: Card) -> Wording:
    """The words of a card as written."""
    four = (card.title.zh, card.text.zh, card.title.en or "", card.text.en or "")
    return Wording(*(normalize("NFC", one) for one in four))
