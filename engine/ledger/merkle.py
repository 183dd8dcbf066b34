"""The Merkle tree over the events (RFC 6962 section 2.1): roots, inclusion and consistency proofs. Pure.

An entry of the tree is an event's hash in the chain. A frontier is what a growing tree needs to remember: the roots of the
complete subtrees that cover it, the largest first.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Frontier = tuple[bytes, ...]
Read = Callable[[int, int], Sequence[bytes]]
"""The entries from one index up to, not including, another."""
Recall = Callable[[int, int], bytes | None]
"""The root of the complete subtree from one index up to another, where it is kept somewhere."""

EMPTY = sha256(b"").digest()
CHUNK = 4096
"""Entries that are read and hashed at a time; a power of two."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def grown(frontier: Frontier, size: int, entries: Iterable[bytes]) -> tuple[Frontier, int]:
    """The frontier after more entries, and the new size."""
    nodes = list(frontier)
    for entry in entries:
        node, rest = leaf_hash(entry), size
        while rest & 1:
            node, rest = node_hash(nodes.pop(), node), rest >> 1
        nodes.append(node)
        size += 1
    return tuple(nodes), size


def root_of(frontier: Frontier) -> bytes:
    """The root of the tree that has this frontier."""
    if not frontier:
        return EMPTY
    root = frontier[-1]
    for node in reversed(frontier[:-1]):
        root = node_hash(node, root)
    return root


def frontier_of(read: Read, size: int) -> Frontier:
    """The frontier of a tree of `size` entries, from the entries: once, a chunk at a time."""
    tops = [_top(read(at, at + CHUNK)) for at in range(0, size - size % CHUNK, CHUNK)]
    nodes: list[bytes] = []
    for number, top in enumerate(tops):
        node, rest = top, number
        while rest & 1:
            node, rest = node_hash(nodes.pop(), node), rest >> 1
        nodes.append(node)
    tail = read(size - size % CHUNK, size) if size % CHUNK else ()
    return (*nodes, *grown((), 0, tail)[0])


def _top(entries: Sequence[bytes]) -> bytes:
    """The root of a complete chunk."""
    return _levels(entries)[-1][0]


def _levels(entries: Sequence[bytes]) -> list[list[bytes]]:
    """The complete subtrees of a chunk, level by level: twice as quick as one entry after the other."""
    levels = [[sha256(b"\x00" + entry).digest() for entry in entries]]
    while len(level := levels[-1]) > 1:
        levels.append([sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)])
    return levels


def recallable(low: int, high: int) -> tuple[int, int] | None:
    """From which size of the tree up to, not including, which the frontier has this complete subtree; None for a right one."""
    size = high - low
    return None if low % (2 * size) else (high, high + size)


def recalled(frontier: Frontier, size: int, low: int, high: int) -> bytes:
    """The root of a complete subtree out of a frontier that has it (see `recallable`); `size` is the frontier's."""
    return frontier[(size >> (high - low).bit_length()).bit_count()]


def _unknown(low: int, high: int) -> None:  # noqa: ARG001
    return None


class Tree:
    """A tree of a fixed size whose entries are read when a proof needs them; the roots of its chunks are kept.

    What can be recalled is not read: then a proof needs a chunk or two of each level, however long the tree is.
    """

    def __init__(self, read: Read, size: int, recall: Recall = _unknown) -> None:
        self.size = size
        self._read, self._recall = read, recall
        self._kept: dict[tuple[int, int], bytes] = {}
        self._chunk: tuple[int, Sequence[Sequence[bytes]]] = (-1, ())

    def known(self, frontier: Frontier, size: int) -> None:
        """Take the complete subtrees over the first `size` entries as known: those entries need not be read again."""
        low = 0
        for node in frontier:
            high = low + (1 << (size - low).bit_length() - 1)
            self._kept[low, high], low = node, high

    def root(self) -> bytes:
        """The root."""
        return self._root(0, self.size) if self.size else EMPTY

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The proof that an entry is in the tree, from the leaf up (RFC 6962 section 2.1.1). Raises IndexError."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self._inclusion(index, 0, self.size)

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """The proof that the tree begins with the tree of `older` entries (section 2.1.2). Raises IndexError."""
        if not 0 <= older <= self.size:
            raise IndexError(older)
        return self._consistency(older, 0, self.size, True) if 0 < older < self.size else ()

    def _inclusion(self, index: int, low: int, high: int) -> tuple[bytes, ...]:
        if high - low == 1:
            return ()
        middle = low + _split(high - low)
        if index < middle:
            return (*self._inclusion(index, low, middle), self._root(middle, high))
        return (*self._inclusion(index, middle, high), self._root(low, middle))

    def _consistency(self, older: int, low: int, high: int, is_whole: bool) -> tuple[bytes, ...]:
        if older == high:
            return () if is_whole else (self._root(low, high),)
        middle = low + _split(high - low)
        if older <= middle:
            return (*self._consistency(older, low, middle, is_whole), self._root(middle, high))
        return (*self._consistency(older, middle, high, False), self._root(low, middle))

    def _root(self, low: int, high: int) -> bytes:
        size = high - low
        if size <= CHUNK and size & (size - 1) == 0:
            return self._complete(low, size)
        if (low, high) not in self._kept:
            found = None if size & (size - 1) else self._recall(low, high)
            middle = low + _split(size)
            self._kept[low, high] = found or node_hash(self._root(low, middle), self._root(middle, high))
        return self._kept[low, high]

    def _complete(self, low: int, size: int) -> bytes:
        """The root of a complete subtree within a chunk; the levels of the chunk last read stay, as its neighbours come next."""
        if (low, low + size) in self._kept:
            return self._kept[low, low + size]
        if size == CHUNK and (recalled := self._recall(low, low + size)):
            self._kept[low, low + size] = recalled
            return recalled
        start = low - low % CHUNK
        if self._chunk[0] != start:
            self._chunk = (start, _levels(self._read(start, min(start + CHUNK, self.size))))
        found = self._chunk[1][size.bit_length() - 1][(low - start) // size]
        if size == CHUNK:
            self._kept[low, low + size] = found
        return found


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def included(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that an entry is in the tree with this root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, node = index, size - 1, leaf_hash(entry)
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def consistent(older: int, older_root: bytes, newer: int, newer_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the newer tree begins with the older one (RFC 9162 section 2.1.4.2)."""
    if older in (0, newer):
        return not proof and (older_root == newer_root if older else older_root == EMPTY)
    if older > newer or not proof:
        return False
    nodes = [older_root, *proof] if older & (older - 1) == 0 else list(proof)
    first, last = older - 1, newer - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, node)
        first, last = first >> 1, last >> 1
    return last == 0 and before == older_root and after == newer_root
