"""What is answered of registers: the books there are, and their rows."""

from datetime import datetime

from pydantic import Field

from engine.api.answers import Answer, Shape, Title


class Column(Shape):
    """A column of a register."""

    id: str = Field(description="Its id.")
    title: Title = Field(description="What it is called.")
    kind: str = Field(description="What is written there, e.g. note, measure, choose.")


class Register(Shape):
    """A register book."""

    book: str = Field(description="Its id.")
    title: Title = Field(description="What it is called.")
    columns: tuple[Column, ...] = Field(description="What is written when a row is added.")
    closing: tuple[Column, ...] = Field(description="What is written when a row is closed.")
    retention: str = Field(description="How long it is kept.")
    rows: int = Field(description="How many rows it has.")
    open: int = Field(description="How many of them are open.")
    last_at: datetime | None = Field(description="When the last was written.")


class Value(Shape):
    """What was written in a field."""

    value: str | None = Field(description="The exact figure in plain decimals, or the text; null for choices and photos.")
    unit: str | None = Field(description="The unit of a figure, as it was recorded.")
    unit_title: Title | None = Field(description="The unit of a figure, in both languages.")
    options: tuple[str, ...] = Field(description="The options chosen, by id; of photos their SHA-256.")
    at: datetime | None = Field(description="The moment, where a moment was asked.")
    is_withheld: bool = Field(
        default=False, description="Something about a person, or erased: it is read in the register, and not given away."
    )


class Row(Shape):
    """A row of a register as it stands. It is named by run, step and row."""

    run: str = Field(description="The run that wrote it, by id.")
    step: str = Field(description="The step, by id.")
    row: int = Field(description="Its number there.")
    at: datetime = Field(description="When it was written or corrected last.")
    by: str = Field(description="By whom, by id.")
    place: str | None = Field(description="The place of the run, by id.")
    is_open: bool = Field(description="Whether it is still to be closed.")
    is_amended: bool = Field(description="Whether it was corrected or, where it has no fields, taken back.")
    fields: dict[str, Value] = Field(description="What is written in it, by column.")
    closed_at: datetime | None = Field(description="When it was closed.")
    closed_by: str | None = Field(description="By whom, by id.")
    closing: dict[str, Value] = Field(description="What was written when it was closed, by column.")


class Registers(Answer):
    """The register books there are."""

    items: tuple[Register, ...] = Field(description="The registers.")


class Rows(Answer):
    """Rows of a register."""

    items: tuple[Row, ...] = Field(description="The rows, in order.")
