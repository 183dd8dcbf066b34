"""The tree against RFC 6962's own definition, written out naively, and every proof against every other size."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger import merkle
from engine.ledger.merkle import EMPTY, Tree, consistent, frontier_of, grown, included, recallable, recalled, root_of

# The test vectors of the certificate transparency project.
VECTORS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def entries(count: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(count)]


def naive(some: list[bytes]) -> bytes:
    if not some:
        return sha256(b"").digest()
    if len(some) == 1:
        return sha256(b"\x00" + some[0]).digest()
    split = 1
    while split * 2 < len(some):
        split *= 2
    return sha256(b"\x01" + naive(some[:split]) + naive(some[split:])).digest()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merkle, "CHUNK", 8)


def tree(some: list[bytes]) -> Tree:
    return Tree(lambda low, high: some[low:high], len(some))


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_known_roots(size: int) -> None:
    assert root_of(grown((), 0, VECTORS[:size])[0]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(40))
def test_every_way_to_the_root_is_the_same(size: int) -> None:
    some = entries(size)
    frontier = frontier_of(lambda low, high: some[low:high], size)
    assert root_of(frontier) == naive(some) == tree(some).root()
    assert grown((), 0, some) == (frontier, size)
    assert len(frontier) == size.bit_count()


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_frontier_grows_as_if_it_had_never_stopped(first: int, more: int) -> None:
    some = entries(first + more)
    frontier, size = grown((), 0, some[:first])
    assert grown(frontier, size, some[first:]) == grown((), 0, some)


def test_every_proof_of_inclusion_holds_and_only_for_its_own_entry() -> None:
    for size in range(1, 36):
        some = entries(size)
        whole = tree(some)
        root = whole.root()
        for index in range(size):
            proof = whole.inclusion(index)
            assert included(some[index], index, size, proof, root)
            assert not included(some[index - 1] if size > 1 else b"", index, size, proof, root)
            assert not included(some[index], index + 1, size, proof, root)
            assert not included(some[index], index, size, (*proof, root), root)
            assert not included(some[index], index, size, proof[:-1], root) or size == 1
    assert not included(some[0], 0, 0, (), EMPTY)


def test_every_proof_of_consistency_holds_and_no_other_root_does() -> None:
    for newer in range(1, 36):
        some = entries(newer)
        whole = tree(some)
        for older in range(newer + 1):
            proof = whole.consistency(older)
            assert consistent(older, naive(some[:older]), newer, whole.root(), proof)
            assert not consistent(older, sha256(b"forged").digest(), newer, whole.root(), proof)
            if 0 < older < newer:
                assert not consistent(older, naive(some[:older]), newer, whole.root(), ())
                assert not consistent(older, naive(some[:older]), newer, whole.root(), (*proof, EMPTY))
                assert not consistent(older, naive(some[:older]), newer, sha256(b"forged").digest(), proof)
    assert not consistent(3, EMPTY, 2, EMPTY, (EMPTY,))


@pytest.mark.parametrize("older", range(1, 72))
def test_a_proof_from_a_known_frontier_reads_nothing_long_before_it(older: int) -> None:
    for newer in range(older, 80):
        some, read = entries(newer), list[int]()

        def reading(low: int, high: int, some: list[bytes] = some, read: list[int] = read) -> list[bytes]:
            read.append(low)
            return some[low:high]

        whole = Tree(reading, newer)
        whole.known(grown((), 0, some[:older])[0], older)
        proof = whole.consistency(older)
        assert proof == tree(some).consistency(older)
        assert consistent(older, naive(some[:older]), newer, naive(some), proof)
        assert all(low >= older - older % 8 for low in read)


@given(st.integers(1, 300), st.sets(st.integers(0, 300)), st.data())
def test_a_proof_that_recalls_is_the_same(size: int, kept: set[int], data: st.DataObject) -> None:
    """Whichever frontiers are kept; each complete subtree that one of them has is found in it."""
    some, index, older = entries(size), data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    frontiers = {at: grown((), 0, some[:at])[0] for at in kept if at <= size}

    def recall(low: int, high: int) -> bytes | None:
        sizes = recallable(low, high)
        at = next((at for at in sorted(frontiers) if sizes and sizes[0] <= at < sizes[1]), None)
        return None if at is None else recalled(frontiers[at], at, low, high)

    whole = Tree(lambda low, high: some[low:high], size, recall)
    assert whole.root() == naive(some)
    assert whole.consistency(older) == tree(some).consistency(older)
    assert whole.inclusion(index) == tree(some).inclusion(index)


def test_a_proof_that_recalls_reads_a_chunk_of_each_level() -> None:
    some, read = entries(1000), list[int]()
    frontiers = [grown((), 0, some[:at])[0] for at in range(1001)]

    def reading(low: int, high: int) -> list[bytes]:
        read.append(low)
        return some[low:high]

    def recall(low: int, high: int) -> bytes | None:
        sizes = recallable(low, high)
        return recalled(frontiers[sizes[0]], sizes[0], low, high) if sizes and sizes[0] <= 1000 else None

    whole = Tree(reading, 1000, recall)
    assert whole.consistency(1) == tree(some).consistency(1)
    assert len(set(read)) <= 10  # of 125 chunks


def test_what_is_not_there_has_no_proof() -> None:
    with pytest.raises(IndexError):
        tree(entries(3)).inclusion(3)
    with pytest.raises(IndexError):
        tree(entries(3)).consistency(4)
