"""The small written things every model is made of: bilingual texts, ids, and the strict frozen base.

Chinese first: a plain string is Chinese, `{zh: …, en: …}` gives both, and a missing translation falls back to Chinese.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StrictStr,
    StringConstraints,
    model_serializer,
    model_validator,
)

Language = Literal["zh", "en"]

Id = Annotated[
    StrictStr,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"),
    Field(description="ASCII a-z 0-9 _, never reused for another meaning: years of readings hang on it."),
]
ProcedureId = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*$", max_length=120)]
ClauseId = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{3,4}-[0-9]{3}$")]
Line = Annotated[
    StrictStr,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),
]


def one_of(*keys: str) -> dict[str, Any]:
    """For editors: exactly one of these keys stands there."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def some_of(*keys: str) -> dict[str, Any]:
    """For editors: at least one of these keys stands there."""
    return {"anyOf": [{"required": [key]} for key in keys]}


class Written(BaseModel):
    """Base of everything an author writes: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, ser_json_inf_nan="null")


class Text(Written):
    """A text for people. Accepts a plain string (Chinese) or a mapping of languages."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: _also_string(schema),
    )

    zh: Line = Field(description="In Chinese.")
    en: Line | None = Field(default=None, description="In English; where not given, the Chinese is shown.")

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"zh": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def _to_string(self, handler: SerializerFunctionWrapHandler) -> Any:
        return self.zh if self.en is None else handler(self)

    def into(self, language: str) -> str:
        """The text in `language`, or in Chinese where there is no translation."""
        return self.en if language == "en" and self.en else self.zh

    def __str__(self) -> str:
        return self.zh


def _also_string(schema: dict[str, Any]) -> None:
    mapping = {key: schema.pop(key) for key in ("type", "properties", "required", "additionalProperties") if key in schema}
    schema.pop("title", None)
    schema["anyOf"] = [{"type": "string", "minLength": 1, "maxLength": 4000, "pattern": r"\S"}, mapping]
