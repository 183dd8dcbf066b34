"""One language server for all these tests, installed as its lock says; without Node's npm they are skipped and say why."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .language_server import LanguageServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """The server that the recommended extension starts, told what this repository's .vscode tells the editor."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: the real yaml-language-server cannot be driven here")
    folder = tmp_path_factory.mktemp("yaml-language-server")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).with_name(name), folder)
    command = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert installed.returncode == 0, installed.stderr
    program = folder / "node_modules/yaml-language-server/bin/yaml-language-server"
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    server = LanguageServer(["node", str(program), "--stdio"], ROOT, settings)
    server.start()
    yield server
    server.stop()
