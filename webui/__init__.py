"""The tablet's pages over one product: Flask and htmx. Nothing happens at import; `create_app` puts it together."""

from flask import Flask

from engine.authoring import Authoring
from engine.bootstrap import Product
from engine.cards import Cards
from engine.devices import Devices
from engine.exports.jobs import Exports
from engine.folder import Folder
from engine.heads import Heads
from engine.proof_work import Works
from engine.replays import Replays

_MOST_RECEIVED = 26 * 1024 * 1024  # bytes of one request: two photos as cameras make them, and the form around them


def create_app(product: Product) -> Flask:
    """The WSGI application that serves `product`."""
    from webui import assets, bearer, dispatch, fragments, refusals, sessions, unreadable, visitor, wire
    from webui.pages import (
        api,
        beginning,
        board,
        books,
        cards,
        cases,
        checks,
        devices,
        duties,
        exporting,
        figure_steps,
        figures,
        first,
        install,
        intake,
        leaving,
        notices,
        now,
        overrides,
        past,
        people,
        photos,
        pin,
        printed,
        procedures,
        proof,
        publishing,
        readthrough,
        record_files,
        record_paper,
        records,
        reporting,
        retention,
        reviewing,
        roles,
        rows,
        runs,
        schedule,
        searching,
        session,
        texts,
        tokens,
        trends,
    )
    from webui.preview import pages as previews

    app = dispatch.Application()
    app.extensions["product"] = product
    app.extensions["devices"] = Devices(product.engine.ledger)
    app.extensions["cards"] = Cards(product.engine)
    app.extensions["authoring"] = Authoring(product.engine, Folder(product.settings.sops, product.settings.cache))
    app.extensions["replays"] = Replays(product.engine, product.settings.data / "replays")
    app.extensions["heads"] = Heads(product.engine, product.settings.data)
    app.extensions["exports"] = Exports(product.engine, product.settings.data)
    app.extensions["works"] = Works(product.settings.data / "works")
    app.config.update(
        SECRET_KEY=product.secret,
        MAX_CONTENT_LENGTH=_MOST_RECEIVED,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a checklist may lie open for a shift; the token ends with the sign-on
        WTF_CSRF_SSL_STRICT=False,  # `wire` looks at the origin, over TLS and without
    )
    visitor.keep_sessions(app)
    bearer.guard_programs(app)
    wire.guard_wire(app)
    app.session_interface = sessions.RememberingSessions()
    sessions.RememberingTokens(app)
    unreadable.guard_texts(app)
    fragments.use_htmx(app)
    refusals.explain_failures(app)
    for module in (
        assets, install, session, first, board, notices, runs, cards, cases, schedule, duties, rows, books, records, photos,
        printed, devices, procedures, beginning, readthrough, publishing, figures, figure_steps, overrides, texts, checks,
        people, leaving, intake, pin, roles,
        now, past, reviewing, searching, trends, reporting, proof, exporting, retention, tokens, api, record_files,
        record_paper,
    ):  # fmt: skip
        app.register_blueprint(module.pages)
    procedures.know_every_name(app)
    previews.mount(app)
    return app
