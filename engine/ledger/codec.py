"""Event bodies to canonical JSON and back, by kind and format version. Frozen samples of every version must load for ever.

Fields that hold their default are left out; a reader of an older format fills them in.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, get_args

from pydantic import TypeAdapter

from engine.ledger.chain import composed, dumped, mapping, plain
from engine.ledger.sealing import Held, unseal
from engine.ledger.times import stamp
from engine.procedure.amount import written
from engine.run.answer import Answer
from engine.run.events import Event
from engine.run.site_events import SiteEvent

Body = Event | SiteEvent
FORMAT = 1
UNPLAYABLE = (LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError)
"""What is raised of an event that is none of ours, or stands where it cannot."""

_CLASSES: Mapping[str, type[Body]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in (*get_args(Event), *get_args(SiteEvent))
}
_KINDS: Mapping[type, str] = {kind: name for name, kind in _CLASSES.items()}


class UnknownKind(ValueError):
    """An event whose kind or format this version of the product does not know."""

    def __init__(self, kind: str, format_: int) -> None:
        super().__init__(f"{kind} format {format_}")
        self.kind, self.format = kind, format_


def kind_of(event: Body) -> str:
    """The event's name in the ledger, e.g. step_answered."""
    return _KINDS[type(event)]


def kinds() -> tuple[str, ...]:
    """Every kind the ledger may hold."""
    return tuple(_CLASSES)


def encode(event: Body) -> bytes:
    """The body as canonical JSON."""
    return dumped(_told(event))


def decode(kind: str, format_: int, body: bytes | str, held: Held = MappingProxyType({})) -> Body:
    """The event of a stored body; personal values that are not `held` read as erased.

    Raises UnknownKind, or pydantic's ValidationError for a body that is not of its kind.
    """
    if kind not in _CLASSES or format_ > FORMAT:
        raise UnknownKind(kind, format_)
    return _adapter(kind).validate_json(unseal(body.encode() if isinstance(body, str) else body, held))  # type: ignore[no-any-return]


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_CLASSES[kind])


_SHAPES: dict[type, tuple[tuple[str, Any], ...]] = {}


def _shape(kind: type) -> tuple[tuple[str, Any], ...]:
    """The names and defaults of a dataclass, looked up once."""
    if kind not in _SHAPES:
        pairs = ((f.name, f.default if f.default is not MISSING else _made(f.default_factory)) for f in fields(kind))
        _SHAPES[kind] = tuple(pairs)
    return _SHAPES[kind]


def _made(factory: Any) -> Any:
    return factory() if factory is not MISSING else MISSING


def _told(value: Any) -> dict[str, object]:
    """A dataclass without the fields that hold their default."""
    found: dict[str, object] = {}
    for name, default in _shape(type(value)):
        item = getattr(value, name)
        if item is not default and item != default:
            found[name] = _plain(item)
    return found


def _plain(value: Any) -> object:
    """As JSON has it, in one go: every tick pays for it."""
    way = _WAYS.get(type(value))
    if way is not None:
        return way(value)
    return _told(value) if is_dataclass(value) else _other(value)


def _same(value: object) -> object:
    return value


def _listed(value: Iterable[object]) -> list[object]:
    return [_plain(item) for item in value]


def _mapped(value: Mapping[Any, object]) -> dict[str, object]:
    return mapping(value, _plain)


def _other(value: Any) -> object:
    match value:
        case str():  # an enum's word
            return composed(str(value))
        case Decimal():
            return written(value)
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case timedelta():
            return _iso(value)
        case Mapping():
            return _mapped(value)
        case _:
            return plain(value)


def _iso(span: timedelta) -> str:
    """An exact ISO 8601 duration: whole seconds, and microseconds where there are any."""
    fraction = f".{span.microseconds:06d}" if span.microseconds else ""
    return f"PT{span.days * 86400 + span.seconds}{fraction}S"


_WAYS: Mapping[type, Callable[[Any], object]] = {
    str: composed, bool: _same, int: _same, NoneType: _same, tuple: _listed, list: _listed, dict: _mapped, Decimal: written,
    **dict.fromkeys((Answer, *_KINDS), _told),
}  # fmt: skip
