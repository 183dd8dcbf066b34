"""A real PostgreSQL for tests: one cluster in a temporary folder on a free port, started once per session."""

import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

# Speed only: what these settings give up is surviving a power cut, which these tests do not stage. synchronous_commit stays on.
FAST = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"


def binaries() -> Path | None:
    """Where initdb and pg_ctl are, the newest version first; None when PostgreSQL is not installed."""
    if on_path := shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Cluster:
    """A running server. ``stop`` and ``start`` may be called in between; ``remove`` ends it for good."""

    programs: Path
    folder: Path
    port: int
    databases: int = 0

    @classmethod
    def create(cls, programs: Path, *locale: str) -> Self:
        """A new one. `locale`: options of initdb for another order of text than that by bytes."""
        folder = Path(tempfile.mkdtemp(prefix="sop-postgres-"))
        cluster = cls(programs, folder, free_port())
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        cluster._run(
            "initdb",
            "-D",
            str(folder / "data"),
            "-E",
            "UTF8",
            *(locale or ("--locale=C.UTF-8",)),
            "-U",
            "sop",
            "-A",
            "trust",
            "-N",
        )
        cluster.start()
        return cluster

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} {FAST}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def database(self) -> str:
        """The address of a new, empty database."""
        self.databases += 1
        name = f"sop_{self.databases}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def copied(self, address: str) -> str:
        """The address of a copy of a database. Whoever is connected to that is put out: a template must be nobody's."""
        self.databases += 1
        name, source = f"sop_{self.databases}", address.rsplit("/", 1)[1]
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (source,))
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return self.address(name)

    def drop(self, address: str) -> None:
        """Take a database away, and end whoever is still connected to it."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {address.rsplit('/', 1)[1]} WITH (FORCE)".encode())

    def address(self, name: str) -> str:
        return f"postgresql://sop@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root, and tests in a container usually do.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*user, str(self.programs / program), *arguments],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
