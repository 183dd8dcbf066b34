"""What vouches for a record: the digest over its events, and the signed checkpoint that covers the last of them."""

from dataclasses import dataclass

from webui.present.devices import Qr, qr_of


@dataclass(frozen=True, slots=True)
class ProofView:
    """`size`: how many events the checkpoint covers, 0 where none covers this record yet."""

    digest: str
    size: int
    note: str
    qr: Qr | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a record can be taken away, by whoever looks at it."""

    has_bundle: bool


def proof_view(digest: str, size: int, note: str) -> ProofView:
    """The proof; `note` is "" where no checkpoint covers the record yet."""
    return ProofView(digest, size, note, qr_of(note) if note else None)
