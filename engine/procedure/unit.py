"""Units: in Chinese, or for both languages. The Chinese one is recorded; readers see that of their own language."""

from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from engine.procedure.text import Text


class Unit(str):
    """A unit as it is recorded; `en` where English says it otherwise, else "". `mg/L`, or `{zh: 个/L, en: pcs/L}`."""

    __slots__ = ("en",)
    en: str

    def __new__(cls, zh: str = "", en: str = "") -> "Unit":
        """A unit; both "" for a bare number."""
        made = super().__new__(cls, zh)
        made.en = en
        return made

    @classmethod
    def of(cls, unit: str) -> "Unit":
        """A unit, of one or of a plain string."""
        return unit if isinstance(unit, Unit) else cls(unit)

    def into(self, language: str) -> str:
        """The unit for readers of a language."""
        return self.en if language == "en" and self.en else str(self)

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) and self.en == getattr(other, "en", self.en) if isinstance(other, str) else NotImplemented

    def __ne__(self, other: object) -> bool:  # that of str would look at the Chinese alone
        return not self == other

    __hash__ = str.__hash__

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.en

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A string, also an empty one, or a text in both languages."""
        written = core_schema.plain_serializer_function_ser_schema(_written)
        return core_schema.no_info_wrap_validator_function(_read, handler(Text), serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A string, also an empty one, or as `Text`."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


def _read(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Unit:
    if isinstance(value, str):
        return Unit.of(value)
    text: Text = handler(value)
    return Unit(text.zh, text.en or "")


def _written(unit: Unit) -> str | dict[str, str]:
    return {"zh": str(unit), "en": unit.en} if unit.en else str(unit)
