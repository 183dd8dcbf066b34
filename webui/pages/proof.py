"""The proof of the record: verified here and now, its newest checkpoint, and evidence bundles for others."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app, redirect, request, send_file, session, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.evidence.bundle import NothingToShow, PhotosGone, Unplayable, bundled, runs_between
from engine.evidence.single import verifier_digest, verifier_text
from engine.heads import LONGEST, WHYS, Heads
from engine.ledger.notes import NotSigned
from engine.proof_work import Works
from engine.retention import unerased
from engine.run.commands import Actor
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted
from engine.verifying import keep, past, verified
from engine.wording import Names
from webui.fragments import csrf, fragment, fresh_id, is_fragment, page, said
from webui.pages.engaging import is_command_id, plans
from webui.present import proof as shown
from webui.present.devices import qr_of
from webui.present.proof_keys import change_view, unsigned_view
from webui.present.reviewing import tabs
from webui.visitor import devices, open_to_all, permitted, product, visitor

pages = Blueprint("proof", __name__)
Answer = Response | WerkzeugResponse
_PAST = 20
_LONGEST_REASON = 1000


def _heads() -> Heads:
    return cast(Heads, current_app.extensions["heads"])


def _works() -> Works:
    return cast(Works, current_app.extensions["works"])


def _names() -> Names:
    return Names(visitor().language, product().engine.site, None, product().engine.directory.now().people)


@pages.get("/review/proof")
@permitted("review")
def proof_page() -> Response:
    """The page; `work` names what is under way."""
    return _page()


def _page(period: shown.Period | None = None, status: int = 200) -> Response:
    engine, who, names, head = product().engine, visitor(), _names(), _heads().newest()
    work, tablets = _works().of(request.args.get("work", "")), {id_: one.title for id_, one in devices().now().items()}
    unsigned = _heads().unsigned
    view = shown.ProofPage(
        tabs=tabs("proof", who.actor.may, who.language),
        work=shown.work_view(work, who.language) if work and work.by == who.actor.person else None,
        past=tuple(shown.found_view(one, names) for one in past(engine, _PAST)),
        note=head.note if head else "",
        verifier=verifier_digest(),
        qr=qr_of(head.note) if head else None,
        unsigned=unsigned_view(unsigned, names) if unsigned else None,
        changes=tuple(change_view(one, names) for one in reversed(_heads().keys.changes)),
        doubts=tuple(shown.doubt_view(one, names, tablets) for one in _heads().doubts(_PAST)),
        may_export="export" in who.actor.may,
        period=period or shown.Period(),
        places=shown.choices({id_: place.title.into(who.language) for id_, place in engine.site.places.items()}),
        procedures=shown.choices({id_: plan.procedure.title.into(who.language) for id_, plan in plans().items()}),
        csrf=csrf(),
    )
    return page("review/proof.html", str(said().review_proof), "review", status, view=view)


@pages.post("/review/proof")
@permitted("review")
def verify_post() -> Answer:
    """Verify everything, or what followed the last checkpoint; in a thread, and kept as an event."""
    work = _works().begin("verify", visitor().actor.person, _verifying(is_since=request.form.get("scope") == "since"))
    return redirect(url_for("proof.proof_page", work=work), 303)


def _verifying(*, is_since: bool) -> Callable[[str, Callable[[str], None]], str]:
    engine, data, actor = product().engine, product().settings.data, visitor().actor

    def doing(_: str, tell: Callable[[str], None]) -> str:
        keep(engine, verified(engine, data, tell, is_since=is_since), actor)
        return ""

    return doing


@pages.get("/review/proof/work/<work>")
@permitted("review")
def work_page(work: str) -> Answer:
    """How far it is: a fragment that asks again; what is over is shown by the page as a whole."""
    found = _works().of(work)
    if found is None or found.by != visitor().actor.person:
        abort(404)
    address = url_for("proof.proof_page", work=work, _anchor="work")
    if not is_fragment():
        return redirect(address, 303)
    if found.state != "running":
        response = current_app.response_class(status=200)
        response.headers["HX-Redirect"] = address
        return response
    return fragment("review/_proof_work.html", work=shown.work_view(found, visitor().language))


@pages.get("/review/proof/checkpoint.txt")
@permitted("review")
def checkpoint_file() -> Response:
    """The newest checkpoint, as a file to keep elsewhere."""
    head = _heads().newest() or abort(404)
    return _file(head.note, f"checkpoint-{head.size}.txt")


@pages.get("/review/proof/key.txt")
@permitted("review")
def key_file() -> Response:
    """The public key, as a file for whoever checks a bundle."""
    return _file(f"{_heads().key or abort(404)}\n", "key.txt")


@pages.get("/review/proof/verify.py")
@permitted("review")
def verifier_file() -> Response:
    """The program that checks a bundle, alone: whoever checks need not use the one that lies in the bundle."""
    return _file(verifier_text(), "verify.py")


def _file(text: str, name: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.post("/review/proof/bundle")
@permitted("export")
def bundle_post() -> Answer:
    """Make the evidence bundle of a period; what was typed stays where it is no period, or nothing was open in it."""
    form = request.form
    period = shown.Period(*(form.get(name, "") for name in ("from", "until", "place", "procedure")))
    days = period.days()
    if days is None:
        return _mistaken(period, said().proof_days)
    since, until = shown.bounds(days, _names())
    if not runs_between(product().engine, since, until, period.place, period.procedure):
        return _mistaken(period, said().proof_no_runs)
    doing = _bundling(since, until, period, has_gaps=bool(form.get("gaps")))
    work = _works().begin("bundle", visitor().actor.person, doing)
    return redirect(url_for("proof.proof_page", work=work, _anchor="work"), 303)


def _mistaken(period: shown.Period, mistake: str) -> Response:
    return _page(shown.Period(period.since, period.until, period.place, period.procedure, mistake), 422)


def _bundling(
    since: datetime, until: datetime, period: shown.Period, *, has_gaps: bool
) -> Callable[[str, Callable[[str], None]], str]:
    engine, data, folder = product().engine, product().settings.data, _works().folder

    def doing(work: str, _: Callable[[str], None]) -> str:
        runs = runs_between(engine, since, until, period.place, period.procedure)
        try:
            made = unerased(engine, lambda: bundled(engine, data, runs, folder / f"{work}.zip", has_gaps=has_gaps))
        except NothingToShow:
            return "no_runs"
        except NotSigned as error:
            return f"unsigned {error}"
        except Unplayable as error:
            return f"unplayable {error.run}"
        except PhotosGone as error:
            return shown.gone_told(period, tuple(error.gone))
        return f"{made.runs} {made.events} {made.photos} {len(made.gaps)}"

    return doing


@pages.get("/review/proof/bundle/<work>")
@permitted("export")
def bundle_file(work: str) -> Response:
    """A bundle that was made, for whoever asked for it."""
    found = _works().of(work)
    path = Path(_works().folder / f"{work}.zip").resolve()
    if found is None or found.kind != "bundle" or found.by != visitor().actor.person or not path.exists():
        abort(404)
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=f"evidence-{work}.zip")


# -- for tablets, which keep what they saw


@pages.get("/checkpoint")
@open_to_all
def checkpoint_page() -> Response:
    """The newest signed note; nothing where nothing was signed yet."""
    head = _heads().newest()
    return Response(head.note if head else "", content_type="text/plain; charset=utf-8")


@pages.get("/checkpoint/key")
@open_to_all
def key_page() -> Response:
    """The public key in one line."""
    return Response(f"{_heads().key}\n", content_type="text/plain; charset=utf-8")


@pages.get("/checkpoint/keys")
@open_to_all
def keys_page() -> dict[str, object]:
    """How the key was changed, first to last: both public keys in one line, and what the old one signed of that."""
    changes = _heads().keys.changes
    told = [
        {"since": one.seq, "at": one.at, "old": str(one.old), "key": str(one.new), "handover": one.handover} for one in changes
    ]
    return {"changes": told}


@pages.get("/checkpoint/consistency")
@open_to_all
def consistency_page() -> Response | dict[str, object]:
    """The proof that the record of `to` events goes on from that of `from`; 404 where it does not, or nobody signed one."""
    sizes = [_number(request.args.get(name, "")) for name in ("from", "to")]
    proof = _heads().proof(*sizes)
    return {"from": sizes[0], "to": sizes[1], "proof": proof} if proof is not None else abort(404)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


@pages.post("/checkpoint/doubts")
@open_to_all
def doubts_post() -> Response:
    """A tablet says what it does not believe. It is recorded of tablets that stand somewhere; others could fill the record."""
    told = {name: request.form.get(name, "") for name in ("why", "kept", "seen")}
    if told["why"] not in WHYS or any(len(text) > LONGEST or not _is_note(text) for text in told.values()):
        abort(422)
    who = visitor()
    if who.place:
        known = devices().now().get(who.device)
        by = who.person.id if who.person else ""
        _heads().doubt(CheckpointDoubted(**told), who.device, by, known.title if known else "", who.place)
    return Response(status=204)


def _is_note(text: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in text)


@pages.get("/checkpoint/doubt")
@permitted("review")
def doubt_page() -> Response:
    """What this tablet doubts, for whoever may let it go on; its own script fills it in."""
    return _doubt()


def _doubt(mistake: str = "", status: int = 200) -> Response:
    is_settled = session.pop("head_settled", False) if request.method == "GET" else False
    why, size, reason = (request.form.get(name, "") for name in ("why", "size", "reason"))
    view = shown.DoubtForm(why, size, reason, mistake, is_settled, csrf(), fresh_id())
    return page("review/proof_doubt.html", said().doubt_page, "review", status, view=view)


@pages.post("/checkpoint/doubt")
@permitted("review")
def doubt_post() -> Answer:
    """Let this tablet go on, with a reason; it is recorded."""
    why, reason, command = (request.form.get(name, "").strip() for name in ("why", "reason", "c"))
    size = _number(request.form.get("size", ""))
    if why not in WHYS or size < 0 or not is_command_id(command):
        abort(400)
    if not reason or len(reason) > _LONGEST_REASON:
        return _doubt(said().doubt_reason_missing, 422)
    actor: Actor = visitor().actor
    _heads().accept(CheckpointAccepted(why, reason, size), actor.device, actor.person, command)
    session["head_settled"] = True
    return redirect(url_for("proof.doubt_page"), 303)
