"""The bare limit of a tick: one Flask route that reads a form and inserts one row, durably, with group commit; nothing else."""

import os
import threading
from pathlib import Path

import pysqlite3.dbapi2 as sqlite3
from flask import Flask, request

from engine.ledger.sqlite import configure

app = Flask(__name__)
_path = Path(os.environ.get("BARE_DATA", "/tmp")) / "bare.sqlite3"
_connection = sqlite3.connect(_path, check_same_thread=False, isolation_level=None)
configure(_connection, is_reader=False)  # the product's own settings, and its patience while two processes switch to WAL
_connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, command TEXT, typed TEXT)")
_turn, _door = threading.Lock(), threading.Lock()
_waiting: list[tuple[tuple[str, str], threading.Event]] = []


def append(row: tuple[str, str]) -> None:
    """Insert durably: the first that waits writes for all."""
    done = threading.Event()
    with _door:
        _waiting.append((row, done))
    with _turn:
        if done.is_set():
            return
        with _door:
            group = _waiting.copy()
            _waiting.clear()
        _connection.execute("BEGIN IMMEDIATE")
        _connection.executemany("INSERT INTO rows (command, typed) VALUES (?, ?)", [row for row, _ in group])
        _connection.execute("COMMIT")
        for _, event in group:
            event.set()


@app.post("/append")
def append_row() -> str:
    """The one route."""
    append((request.form["command_id"], request.form["typed"]))
    return "saved"
