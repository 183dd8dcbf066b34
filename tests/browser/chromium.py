"""Debian's Chromium, started as our browser tests need it; where it is missing, the reason in one sentence."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

PATH = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def missing() -> str:
    """Why the browser cannot be started; "" where it can."""
    return "" if os.access(PATH, os.X_OK) else f"no Chromium at {PATH} (apt-get install chromium fonts-noto-cjk)"


def launched(playwright: Playwright) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=PATH, args=list(FLAGS))
