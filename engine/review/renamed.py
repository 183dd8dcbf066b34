"""The names that procedures had before: what was run under one of them is found, and counted, under every other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Renamed:
    """Procedures that were renamed. `former`: of each that was, by its present name, the names it had before."""

    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def present(self, procedure: str) -> str:
        """The present name of a procedure, by any it had."""
        for name, before in self.former.items():
            if procedure in before:
                return name
        return procedure

    def names(self, procedure: str) -> tuple[str, ...]:
        """Every name of a procedure, by any of them, the present one first; each once, also where one was taken up again."""
        present = self.present(procedure)
        return tuple(dict.fromkeys((present, *self.former.get(present, ()))))

    def first(self, procedure: str) -> str:
        """The name a procedure had first, by any of them: the one that no renaming changes."""
        present = self.present(procedure)
        return self.former.get(present, (present,))[0]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """All the names of each that was renamed."""
        return map(self.names, self.former)


NEVER = Renamed()
"""Nothing was ever renamed."""
