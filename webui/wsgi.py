"""The application for a WSGI server that is not `sop serve` (`granian --interface wsgi webui.wsgi:app`): settings from the
environment."""

import os

from engine.bootstrap import Settings, build
from webui.serving import begin, put_together

app = begin(put_together(build(Settings.from_environment(is_demo=os.environ.get("SOP_DEMO") == "1" or None))))
