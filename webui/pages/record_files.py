"""The record of a run to take away: as JSON, and as a bundle that a stranger verifies."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, current_app, request

from engine.evidence.bundle import PhotosGone, bundled
from engine.evidence.document import document_of, seal_of
from engine.heads import Heads
from engine.ledger.notes import NotSigned
from engine.playing import stored
from engine.retention import unerased
from webui.fragments import page, said
from webui.pages.engaging import run_for
from webui.present.proof import gone_sentence
from webui.visitor import permitted, product, signed_on, visitor

pages = Blueprint("record_files", __name__)
_PIECE = 256 * 1024


@pages.get("/runs/<run>/record.json")
@signed_on
def json_file(run: str) -> Response:
    """The record as canonical JSON (docs/record-json.md)."""
    run_for(visitor(), run)
    engine = product().engine
    head = heads().covering(seal_of(engine, run).last)
    return _file(document_of(engine, run, head.note if head else ""), "application/json", f"record-{run}.json")


@pages.get("/runs/<run>/events.jsonl")
@permitted("review", "export")
def events_file(run: str) -> Response:
    """The events of a run as they are stored, a line each, also where they cannot be played; without personal values."""
    found = stored(product().engine.ledger, run)
    if not found:
        abort(404)
    answer = _file(b"".join(line + b"\n" for line in found), "application/jsonl", f"events-{run}.jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="events-{run}.jsonl"'
    return answer


@pages.get("/runs/<run>/evidence.zip")
@permitted("export")
def bundle_file(run: str) -> Response:
    """The evidence bundle of the run, made now and sent piece by piece; `gaps`: with photos that are gone stated in it."""
    run_for(visitor(), run)
    folder = product().settings.data / "works"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".zip", prefix=f"evidence-{run}-", dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        engine, data = product().engine, product().settings.data
        unerased(engine, lambda: bundled(engine, data, (run,), path, has_gaps="gaps" in request.args))
    except PhotosGone as error:
        path.unlink()
        sentence = gone_sentence(tuple(error.gone), visitor().language)
        return page(
            "records/photos_gone.html", said().proof_gaps_title, "review", 409, run=run, gone=error.gone, sentence=sentence
        )
    except NotSigned as error:
        path.unlink()
        sentence = said().proof_unsigned.format(what=error)
        return page("records/unsigned.html", said().proof_unsigned_title, "review", 409, run=run, sentence=sentence)
    except BaseException:
        path.unlink()
        raise
    size, source = path.stat().st_size, path.open("rb")
    path.unlink()  # what is open can still be read, and is gone with its last reader
    answer = Response(_pieces(source), content_type="application/zip", headers={"Content-Length": str(size)})
    answer.headers["Content-Disposition"] = f'attachment; filename="evidence-{run}.zip"'
    return answer


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while piece := source.read(_PIECE):
            yield piece


def heads() -> Heads:
    """The signed heads of the record."""
    return cast(Heads, current_app.extensions["heads"])


def _file(data: bytes, media: str, name: str) -> Response:
    answer = Response(data, content_type=media)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
