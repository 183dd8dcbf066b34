"""What glibc's allocator is told where the program serves for months; another C library is left as it is."""

import ctypes

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of mallopt(3)
_LARGE = 1 << 20  # bytes
_ARENAS = 2


def thrifty() -> None:
    """Have every block of a megabyte and more go back to the system as soon as it is free, and threads share what is kept.

    Left to itself glibc keeps what the hash of a PIN needs (19 MiB) from the second one on: for each thread that signs people on.
    """
    _tell("mallopt", _MMAP_THRESHOLD, _LARGE)
    _tell("mallopt", _ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what is free now, also between what is not."""
    _tell("malloc_trim", 0)


def _tell(name: str, *values: int) -> None:
    if function := getattr(ctypes.CDLL(None), name, None):
        function(*values)
