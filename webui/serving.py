"""The application as a server runs it: put together once, begun in each process that answers.

Beside it, in threads of their own, run the clock and a courier for each channel. A channels.yaml that has become wrong since
`sop serve` looked at it stops the couriers and nothing else: work goes on.
"""

import gc

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from engine.bootstrap import Product
from engine.ledger import guards
from engine.notices import courier
from engine.notices.settings import load
from engine.rekeying import signing
from engine.ticker import Ticker
from engine.watch import EVERY, Watch
from webui import create_app
from webui.fragments import prepare


def put_together(product: Product) -> Flask:
    """The application, with every template compiled.

    No thread runs, and once the ledger is closed no connection is open: the process may divide itself now, and `begin` in each.
    """
    structlog.configure(  # one JSON line an event; tracebacks without the values of variables, which may hold PINs
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    app = create_app(product)
    prepare(app)
    return app


def begin(app: Flask) -> Flask:
    """Start in this process what runs beside the pages, until it ends; gives the application, which may answer now."""
    product: Product = app.extensions["product"]
    _guard(product)
    _start_threads(app, product)
    gc.collect()
    gc.freeze()  # what is loaded stays for good; looking through it again and again only makes pauses longer
    return app


def _guard(product: Product) -> None:
    """Make again what refuses changes of the record, where somebody took it away, and say so in the log."""
    try:
        if gone := guards.restore(product.engine.ledger):
            structlog.get_logger().error("append_only_restored", missing=gone, way_out="sop verify; ask who changed the database")
    except DBAPIError as error:
        structlog.get_logger().error("append_only_missing", reason=str(error.orig), way_out="sop verify")


def _start_threads(app: Flask, product: Product) -> None:
    """The clock, and a courier for each channel."""
    Ticker("clock", Watch(product.engine, product.photos).catch_up, EVERY)
    Ticker("checkpoints", signing(product.engine, product.settings.data), EVERY)
    Ticker("desk", app.extensions["authoring"].settle, 5 * EVERY)  # files of what took effect at its time
    channels = load(product.settings.data)
    for mistake in channels.mistakes:
        structlog.get_logger().error("channels_refused", file=mistake.file, line=mistake.line, code=mistake.code)
    for name, channel in channels.by_id.items():
        Ticker(f"courier {name}", courier.Courier(product.engine, name, channel).look, courier.EVERY)
