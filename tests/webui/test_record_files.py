"""The record to take away: JSON that can be checked without the product, a bundle that a stranger verifies, PDF on A4."""

import hashlib
import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine import paper
from engine.ledger.checkpoints import Checkpoint, Checkpoints
from engine.ledger.housekey import house_key
from webui import pdf
from webui.pages import record_paper

from .cast import House, Tablet
from .pdf_text import Pdf
from .qr_text import texts_of
from .rich import PIN
from .tending import Pool, picture
from .test_record import text_of
from .test_record_stories import deviate

needs_pdf = pytest.mark.skipif(not paper.has_pdf(), reason="WeasyPrint is not installed")


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return Pool(rich, tablet.start("pool/rich"), tablet)


def document(pool: Pool) -> dict[str, Any]:
    """The record as JSON."""
    answer = pool.by("auditor").get(f"/runs/{pool.run}/record.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    found: dict[str, Any] = json.loads(answer.data)
    assert answer.data == json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return found


def leaf(event: dict[str, Any]) -> bytes:
    """The leaf of an event, as docs/record-json.md works it out."""
    sealed = {key: value for key, value in event.items() if key != "hash"}
    return hashlib.sha256(b"\0" + json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def signed(pool: Pool) -> Checkpoint:
    """A checkpoint made now, as the clock makes them."""
    product = pool.house.product
    ledger = product.engine.ledger
    return Checkpoints(ledger, house_key(ledger, product.settings.data)).make(pool.house.clock.now())


def test_the_digest_can_be_worked_out_from_the_document_alone(pool: Pool) -> None:
    deviate(pool)
    found = document(pool)
    digest = hashlib.sha256(b"".join(map(leaf, found["events"]))).hexdigest()
    assert digest == found["seal"]["digest"]
    assert found["seal"]["events"] == len(found["events"]) == len(pool.house.product.engine.record(pool.run))
    found["events"][1]["by"] = "somebody"
    assert hashlib.sha256(b"".join(map(leaf, found["events"]))).hexdigest() != digest
    assert digest in text_of(pool.by("auditor").get(f"/runs/{pool.run}/record").text)


def test_values_as_typed_limits_then_and_the_events_of_each_deviation(pool: Pool) -> None:
    address = deviate(pool, "０．２５")
    pool.guard.post(address, act="act_on", text="投了")
    pool.wait(16)
    pool.guard.post(address, act="remeasure", typed="0.50")
    found = document(pool)
    answer = found["state"]["steps"]["chlorine"]["answer"]
    assert (answer["typed"], answer["number"], answer["low"], answer["high"]) == ("０．２５", "0.25", "0.4", "0.6")
    story = found["deviations"][0]
    kinds = {event["stream_seq"]: event["kind"] for event in found["events"]}
    told = ["deviation_raised", "deviation_acted_on", "step_remeasured", "deviation_cleared"]
    assert [kinds[seq] for seq in story["events"]] == told
    assert found["titles"]["steps"]["caps"] == {"zh": "泳帽", "en": None}
    assert found["people"] == {"guard": "守"}


def test_a_checkpoint_covers_the_record_or_is_said_to_come(pool: Pool) -> None:
    assert document(pool)["seal"]["checkpoint"] is None
    assert "还没有检查点" in pool.by("auditor").get(f"/runs/{pool.run}/record").text
    made = signed(pool)
    assert document(pool)["seal"]["checkpoint"] == made.note
    page = pool.by("auditor").get(f"/runs/{pool.run}/record").text
    assert texts_of(page) == [made.note], "the printed code says the checkpoint, word for word"
    assert texts_of(pool.by("auditor").get("/review/proof").text) == [made.note]
    assert f"签到第 {made.size} 个事件" in page
    pool.do("caps", typed="12")
    assert document(pool)["seal"]["checkpoint"] is None  # what came after is not signed yet


def test_the_bundle_of_one_run_is_verified_by_what_is_in_it(house: House, tmp_path: Path) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    chen.step(run, "appearance", typed="done")
    answer = house.signed_on("yang").get(f"/runs/{run}/evidence.zip")
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert f"runs/{run}/events.jsonl" in archive.namelist()
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    (tmp_path / "bundle.zip").write_bytes(answer.data)
    done = subprocess.run([sys.executable, "-I", tmp_path / "verify.py", tmp_path / "bundle.zip"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list((house.product.settings.data / "works").glob("evidence-*"))
    assert chen.get(f"/runs/{run}/evidence.zip").status_code == 403
    assert f"/runs/{run}/evidence.zip" not in chen.get(f"/runs/{run}/record").text


def test_nothing_of_it_is_for_strangers(pool: Pool) -> None:
    for name in ("record.json", "record.pdf", "record.css", "evidence.zip", "procedure"):
        assert pool.by("clerk").get(f"/runs/{pool.run}/{name}").status_code == 403, name


def test_no_text_breaks_out_of_the_margins_style(pool: Pool) -> None:
    style = pool.by("auditor").get(f"/runs/{pool.run}/record.css")
    assert style.content_type.startswith("text/css")
    assert pool.run in style.text
    assert "<" not in style.text
    assert style.text.count('"') == 8
    assert 'counter(page) " / " counter(pages)' in style.text


@needs_pdf
def test_the_pdf_says_what_the_page_says(pool: Pool) -> None:
    address = deviate(pool)
    pool.guard.post(address, act="act_on", text="投了半瓶")
    pool.wait(16)
    pool.guard.post(address, act="remeasure", typed="0.50")
    pool.do("caps", typed="12")
    pool.do("caps", act="amend", typed="21", why="数反了")
    pool.do("surface", files=[picture()])
    signed(pool)
    for language, words in (
        ("zh", ("先看这些", "复测合格，了结", "数反了")),
        ("en", ("Whatmatters", "Settledbyapassingre-measure")),
    ):
        pool.by("auditor").post("/language", lang=language)
        answer = pool.by("auditor").get(f"/runs/{pool.run}/record.pdf")
        assert answer.content_type == "application/pdf"
        found = Pdf.read(answer.data)
        said = found.text()
        assert found.sizes == {(595, 842)}
        assert f"1/{len(found.pages)}" in said
        assert found.pictures >= 1
        digest = document(pool)["seal"]["digest"]
        for expected in (*words, pool.run, "2026-11-0206:30:00", "0.25mg/L", "0.50mg/L", "12", "21", "投了半瓶", digest):
            assert expected in said, expected


@needs_pdf
def test_the_icons_of_a_page_are_drawn_on_paper() -> None:
    drawn = pdf.with_icons('<p><svg class="big"><use href="#i-done"/></svg></p>')
    assert "<use" not in drawn
    assert 'class="big"' in drawn
    assert "<circle" in drawn


def test_where_there_is_no_pdf_the_page_says_how_to_do_without(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise paper.NoPdf("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(record_paper, "pdf_of", missing)
    answer = pool.by("auditor").get(f"/runs/{pool.run}/record.pdf")
    assert answer.status_code == 501
    assert "另存为 PDF" in answer.text
    assert "libpango-1.0-0" in answer.text
    assert f'href="/runs/{pool.run}/record"' in answer.text


def test_a_package_that_cannot_be_loaded_is_told_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(paper.NoPdf):
        pdf.pdf_of("<p>x</p>")


@needs_pdf
def test_paper_fetches_nothing_that_was_not_handed_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        raise LookupError(address)

    made = Pdf.read(pdf.pdf_of(f'<p>x<img alt="lost" src="{secret.as_uri()}"><img alt="gone" src="/photos/x"></p>', fetch))
    assert asked == ["/photos/x"]
    assert made.pictures == 0
    assert "gone" in made.text()


def test_a_preview_offers_nothing_to_take_away(house: House) -> None:
    tablet: Tablet = house.signed_on("chen")
    run = tablet.start()
    page = tablet.get(f"/runs/{run}/record").text
    assert f"/runs/{run}/record.pdf" in page
    house.app.config["IS_PREVIEW"] = True
    try:
        assert "record.pdf" not in tablet.get(f"/runs/{run}/record").text
    finally:
        house.app.config["IS_PREVIEW"] = False
