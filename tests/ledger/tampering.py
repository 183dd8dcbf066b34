"""What somebody with access to the database may try, and what the audit must then name."""

from unicodedata import normalize

import pytest

from engine.ledger import audit
from engine.ledger.chain import Broken, Verified, leaf, link, revision_digest, sealed
from engine.ledger.driver import open_reading
from engine.ledger.entries import EVENT_COLUMNS, Head
from engine.ledger.store import Ledger, open_ledger

from .batches import batch, draft
from .contract_writers import WritersContract

COPY = EVENT_COLUMNS.replace('"seq", ', "")
TEXTS = ("stream", "event_id", "kind", "by", "role", "device", "occurred_at", "recorded_at", "command_id", "body")


def fill(ledger: Ledger) -> Head:
    """Nine events of three runs, three commands each, and one revision; what a tablet remembers of it."""
    source = "id: fridge\n"
    revision = {
        "digest": revision_digest("{}", source), "procedure": "fridge", "source": source, "compiled": "{}", "scenarios": "",
    }  # fmt: skip
    for turn in range(3):
        for run in range(3):
            ledger.log.append(batch(f"run-{run}", turn, rows={"revisions": [revision]}))
    return ledger.log.head()


class TamperingContract(WritersContract):
    """Every act is named by position, or by a head that somebody keeps elsewhere."""

    def tampered(self, url: str, *statements: str, known: tuple[Head, ...] = ()) -> Verified | Broken:
        self.spoil(url, *statements)
        ledger = open_ledger(url)
        try:
            return ledger.verify(known=known)
        finally:
            ledger.close()

    def rechained(self, url: str, start: int) -> list[str]:
        """Statements that make the chain right again behind a change, as a forger who knows the source would."""
        reading = open_reading(url)
        rows = reading.rows(f"SELECT {EVENT_COLUMNS} FROM events WHERE seq >= ? ORDER BY seq", start)
        head = reading.rows("SELECT hash FROM events WHERE seq = ?", start - 1)
        reading.close()
        previous, statements = (head[0][0] if head else bytes(32)), []
        for row in rows:
            previous = link(previous, leaf(sealed(*row[:-1])))
            statements.append(self.assign("hash", previous, row[0]))
        return statements

    def assign(self, column: str, value: bytes, seq: int) -> str:
        """An UPDATE that stores bytes; literals differ between databases."""
        raise NotImplementedError

    @pytest.fixture
    def head(self, ledger: Ledger) -> Head:
        return fill(ledger)

    @pytest.mark.parametrize("column", TEXTS)
    @pytest.mark.parametrize("seq", [1, 5, 9])
    def test_a_changed_text(self, head: Head, url: str, column: str, seq: int) -> None:
        found = self.tampered(url, f"""UPDATE events SET "{column}" = "{column}" || '.' WHERE seq = {seq}""")
        assert found == Broken(seq, "content or link changed")

    @pytest.mark.parametrize("column", ["format", "stream_seq"])
    def test_a_changed_number(self, head: Head, url: str, column: str) -> None:
        found = self.tampered(url, f'UPDATE events SET "{column}" = "{column}" + 7 WHERE seq = 5')
        assert found == Broken(5, "content or link changed")

    def test_one_byte_of_a_hash(self, head: Head, url: str) -> None:
        found = self.tampered(url, self.assign("hash", b"\0" * 32, 5))
        assert found == Broken(5, "content or link changed")

    def test_an_edit_with_its_own_hash_made_right_breaks_the_next(self, head: Head, url: str) -> None:
        self.spoil(url, "UPDATE events SET body = '{}' WHERE seq = 5")
        assert self.tampered(url, self.rechained(url, 5)[0]) == Broken(6, "content or link changed")

    def test_an_edit_with_everything_rechained_contradicts_a_known_head(self, head: Head, url: str) -> None:
        self.spoil(url, "UPDATE events SET body = '{}' WHERE seq = 5")
        found = self.tampered(url, *self.rechained(url, 5), known=(head,))
        assert found == Broken(9, "not the head known elsewhere")

    def test_a_deleted_event(self, head: Head, url: str) -> None:
        assert self.tampered(url, "DELETE FROM events WHERE seq = 5") == Broken(5, "missing")

    def test_a_deleted_beginning(self, head: Head, url: str) -> None:
        assert self.tampered(url, "DELETE FROM events WHERE seq <= 2") == Broken(1, "missing")

    def test_a_deleted_event_with_everything_renumbered(self, head: Head, url: str) -> None:
        moves = [f"UPDATE events SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(6, 10)]
        self.spoil(url, "DELETE FROM events WHERE seq = 5", *moves)
        found = self.tampered(url, *self.rechained(url, 5))
        assert isinstance(found, Broken)
        assert found.seq == 5  # its receipt still counts it

    def test_a_cut_tail_contradicts_a_known_head(self, head: Head, url: str) -> None:
        cut = ("DELETE FROM events WHERE seq > 7", "DELETE FROM receipts WHERE seq > 7")
        found = self.tampered(url, *cut, known=(head,))
        assert found == Broken(8, "missing: a head of 9 events is known")
        assert isinstance(self.tampered(url), Verified)  # nothing inside shows it: the head must live elsewhere

    def test_a_cut_tail_whose_receipts_remain(self, head: Head, url: str) -> None:
        found = self.tampered(url, "DELETE FROM events WHERE seq > 7")
        assert isinstance(found, Broken)
        assert found.seq == 8

    def test_two_events_exchanged(self, head: Head, url: str) -> None:
        swap = ("UPDATE events SET seq = 100 WHERE seq = 4", "UPDATE events SET seq = 4 WHERE seq = 6")
        found = self.tampered(url, *swap, "UPDATE events SET seq = 6 WHERE seq = 100")
        assert found == Broken(4, "content or link changed")

    def test_an_event_moved_behind_the_last(self, head: Head, url: str) -> None:
        assert self.tampered(url, "UPDATE events SET seq = 10 WHERE seq = 4") == Broken(4, "missing")

    def test_an_event_before_the_first(self, head: Head, url: str) -> None:
        found = self.tampered(url, "UPDATE events SET seq = 0 WHERE seq = 4")
        assert found == Broken(0, "position before the first")

    def test_an_event_twice(self, head: Head, url: str) -> None:
        copied = COPY.replace('"event_id"', "'copy'").replace('"stream_seq"', "4")
        found = self.tampered(url, f"INSERT INTO events ({EVENT_COLUMNS}) SELECT 10, {copied} FROM events WHERE seq = 3")
        assert found == Broken(10, "content or link changed")

    def test_an_inserted_event_without_a_receipt(self, head: Head, url: str) -> None:
        copied = COPY.replace('"event_id"', "'forged'").replace('"stream_seq"', "4")
        self.spoil(url, f"INSERT INTO events ({EVENT_COLUMNS}) SELECT 10, {copied} FROM events WHERE seq = 3")
        assert self.tampered(url, *self.rechained(url, 10)) == Broken(10, "no receipt")

    def test_a_stream_numbered_wrong(self, head: Head, url: str) -> None:
        self.spoil(url, "UPDATE events SET stream_seq = 5 WHERE seq = 7")
        assert self.tampered(url, *self.rechained(url, 7)) == Broken(7, "wrong position in its stream")

    def test_a_back_dated_event(self, head: Head, url: str) -> None:
        found = self.tampered(url, "UPDATE events SET recorded_at = '2026-02-01T08:00:00.000000Z' WHERE seq = 2")
        assert found == Broken(2, "content or link changed")

    @pytest.mark.parametrize(
        "act",
        [
            "DELETE FROM receipts WHERE seq = 5",
            "UPDATE receipts SET command_id = 'other' WHERE seq = 5",
            "UPDATE receipts SET count = 2 WHERE seq = 4",
        ],
    )
    def test_a_receipt_that_does_not_fit(self, head: Head, url: str, act: str) -> None:
        found = self.tampered(url, act)
        assert isinstance(found, Broken)
        assert found.seq == 5
        assert "receipt" in found.what

    @pytest.mark.parametrize("column", ["source", "compiled"])
    def test_a_revision_that_is_not_its_content(self, head: Head, url: str, column: str) -> None:
        found = self.tampered(url, f"UPDATE revisions SET {column} = 'id: other'")
        assert isinstance(found, Broken)
        assert found.seq == 0
        assert "revision" in found.what

    def test_the_part_since_a_known_head(self, ledger: Ledger, head: Head, url: str) -> None:
        ledger.log.append(batch("run-1", 3, events=2))
        assert ledger.verify(since=head) == Verified(ledger.log.head())
        self.spoil(url, "UPDATE events SET body = '{}' WHERE seq = 11")
        assert ledger.verify(since=head) == Broken(11, "content or link changed")
        assert ledger.verify(since=Head(9, bytes(32))) == Broken(9, "not the head known elsewhere")

    def test_every_character_is_quoted_as_in_the_chain(self, ledger: Ledger) -> None:
        points = [*range(1, 0xD800), *range(0xE000, 0x10000), 0x1F600, 0x10FFFF]
        chunks = [normalize("NFC", "".join(map(chr, points[at : at + 64]))) for at in range(0, len(points), 64)]
        ledger.log.append(batch(events=[draft(by=chunk) for chunk in chunks]))
        assert ledger.verify() == Verified(ledger.log.head())

    def test_several_processes_find_the_same(self, ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        ledger.log.append(batch(events=90))
        monkeypatch.setattr(audit, "SEGMENT", 20)
        address = ledger.url.render_as_string(hide_password=False)
        assert audit.verify(address, workers=2) == Verified(ledger.log.head())
        self.spoil(url, "UPDATE events SET body = '{}' WHERE seq IN (41, 88)", "DELETE FROM events WHERE seq = 60")
        assert audit.verify(address, workers=2) == Broken(41, "content or link changed")
