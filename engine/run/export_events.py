"""Events of data that leaves the record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataExported:
    """Rows of a view were taken out as a file: what was asked ("" for everything), in which form, the SHA-256 of the file."""

    view: str
    query: str
    form: str
    rows: int
    sha256: str
