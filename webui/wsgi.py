"""The application for a WSGI server (`granian --interface wsgi webui.wsgi:app`): settings from the environment."""

import gc
import os

from engine.bootstrap import Settings, build
from webui import create_app

app = create_app(build(Settings.from_environment(is_demo=os.environ.get("SOP_DEMO") == "1" or None)))
gc.collect()
gc.freeze()  # what is loaded stays for good; looking through it again and again only makes pauses longer
