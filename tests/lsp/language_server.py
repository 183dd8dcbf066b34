"""The real yaml-language-server, spoken to over its standard input and output as an editor does."""

import json
import queue
import subprocess
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

_SECONDS = 20.0  # that any one answer may take


class LanguageServer:
    """One server for one folder with one editor's settings. Positions are the protocol's: 0-based lines and characters."""

    def __init__(self, command: list[str], folder: Path, settings: dict[str, Any]) -> None:
        self._folder, self._settings = folder, settings
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = defaultdict(queue.Queue)
        self._told: dict[str, queue.Queue[list[dict[str, Any]]]] = defaultdict(queue.Queue)
        self._writing, self._asked = threading.Lock(), 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self) -> None:
        """Introduce the editor and its settings."""
        folder = self._folder.as_uri()
        capabilities = {
            "workspace": {
                "configuration": True,
                "didChangeConfiguration": {"dynamicRegistration": True},
                "workspaceFolders": True,
            },
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown", "plaintext"]}},
                "hover": {"contentFormat": ["markdown", "plaintext"]},
            },
        }
        folders = [{"uri": folder, "name": "sops"}]
        self.ask("initialize", processId=None, rootUri=folder, capabilities=capabilities, workspaceFolders=folders)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings=_nested(self._settings))

    def stop(self) -> None:
        """End the process."""
        try:
            self.ask("shutdown")
            self._tell("exit")
            self._process.wait(_SECONDS)
        finally:
            self._process.kill()

    def show(self, path: Path, text: str) -> None:
        """Open a file with this text; it need not be on disk. Each path only once: answers do not say which text they are for."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=document)

    def diagnostics(self, path: Path) -> list[dict[str, Any]]:
        """What it found wrong in a file that was shown. Raises queue.Empty after twenty seconds."""
        return self._told[path.as_uri()].get(timeout=_SECONDS)

    def completions(self, path: Path, line: int, character: int) -> dict[str, dict[str, Any]]:
        """What it offers at a place, by label."""
        found = self._at("textDocument/completion", path, line, character) or {"items": []}
        return {item["label"]: item for item in found["items"]}

    def hover(self, path: Path, line: int, character: int) -> str:
        """What it says about a place, as Markdown; "" where nothing."""
        found = self._at("textDocument/hover", path, line, character)
        return str(found["contents"]["value"]) if found else ""

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its answer. Raises queue.Empty after twenty seconds."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        answer = self._answers[self._asked].get(timeout=_SECONDS)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _at(self, method: str, path: Path, line: int, character: int) -> Any:
        return self.ask(method, textDocument={"uri": path.as_uri()}, position={"line": line, "character": character})

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        with self._writing:
            assert self._process.stdin is not None
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self._process.stdin.flush()

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        while head := stdout.readline():
            length = int(head.split(b":")[1]) if head.lower().startswith(b"content-length") else 0
            while stdout.readline().strip():
                continue
            self._take(json.loads(stdout.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]].put(message["params"]["diagnostics"])
        elif message.get("method") == "workspace/configuration":
            asked = [item.get("section", "") for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": [_section(self._settings, section) for section in asked]})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        elif "id" in message:
            self._answers[message["id"]].put(message)


def _nested(settings: dict[str, Any]) -> dict[str, Any]:
    """{"yaml.schemas": x} as {"yaml": {"schemas": x}}, as an editor hands its settings over."""
    nested: dict[str, Any] = {}
    for name, value in settings.items():
        inner = nested
        *parents, last = [name] if name.startswith("[") else name.split(".")
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    return nested


def _section(settings: dict[str, Any], name: str) -> Any:
    return _nested(settings).get(name, {})
