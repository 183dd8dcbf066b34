"""The application for a WSGI server (`granian --interface wsgi webui.wsgi:app`): settings from the environment."""

import gc
import os

import structlog

from engine.bootstrap import Settings, build
from webui import create_app
from webui.fragments import prepare

structlog.configure(  # one JSON line an event; tracebacks without the values of variables, which may hold PINs
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
)
app = create_app(build(Settings.from_environment(is_demo=os.environ.get("SOP_DEMO") == "1" or None)))
prepare(app)
gc.collect()
gc.freeze()  # what is loaded stays for good; looking through it again and again only makes pauses longer
