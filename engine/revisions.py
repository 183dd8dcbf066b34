"""Published revisions: exact content under its SHA-256, kept in the ledger, made ready to run once and shared.

A run is pinned to one. The server starts from compiled revisions, never from YAML.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.chain import revision_digest
from engine.ledger.store import Ledger
from engine.procedure.override import Overridden
from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Card, Procedure
from engine.procedure.report import ReportingSite
from engine.procedure.site import Site

SITE = "site"
_CARDS = TypeAdapter(dict[str, Card])


class NoSiteError(Exception):
    """Nothing is published yet, so there is no site to run anything at."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Content to be published: `compiled` is canonical JSON, `source` the YAML it came from."""

    procedure: str
    compiled: str
    source: str
    scenarios: str = ""

    @property
    def digest(self) -> str:
        """The name of this exact content."""
        return revision_digest(self.compiled, self.source)

    @property
    def row(self) -> dict[str, object]:
        """The row that keeps it."""
        return {
            "digest": self.digest,
            "procedure": self.procedure,
            "source": self.source,
            "compiled": self.compiled,
            "scenarios": self.scenarios,
        }


def published_form(compiled: str) -> Procedure:
    """The procedure of a revision, with whatever overrides it was made with."""
    return Overridden.model_validate_json(compiled)


def revision_of(id_: str, procedure: Procedure, site: Site, source: str, scenarios: str = "") -> Revision:
    """A procedure's revision at a site: bound to its books, so that it stands alone."""
    return Revision(id_, bind(procedure, site).model_dump_json(by_alias=True, exclude_unset=True), source, scenarios)


def site_revision(site: Site, source: str) -> Revision:
    """The site's own revision."""
    return Revision(SITE, site.model_dump_json(by_alias=True, exclude_unset=True), source)


@dataclass(frozen=True, slots=True)
class Published:
    """What is in force: the digest by procedure, since when, by whom."""

    digest: str
    since: datetime
    by: str
    note: str
    first_at: datetime  # when the procedure was first published: what its schedule wanted before is not told


class Shelf:
    """Plans by revision, compiled when first asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._plans: dict[tuple[str, str], Plan] = {}
        self._sites: dict[str, ReportingSite] = {}

    def site(self, digest: str) -> ReportingSite:
        """The site of a revision, with its reports."""
        with self._lock:
            if digest not in self._sites:
                self._sites[digest] = ReportingSite.model_validate_json(self._compiled(digest))
            return self._sites[digest]

    def plan(self, digest: str, site_digest: str) -> Plan:
        """The plan of a revision at a revision of the site. Raises KeyError where there is none."""
        site = self.site(site_digest)
        with self._lock:
            key = (digest, site_digest)
            if key not in self._plans:
                self._plans[key] = compile_plan(published_form(self._compiled(digest)), site)
            return self._plans[key]

    def procedure(self, digest: str) -> Procedure:
        """The procedure of a revision by itself, at no site. Raises KeyError."""
        return published_form(self._compiled(digest))

    def cards(self, digest: str) -> Mapping[str, Card]:
        """The reference cards of a revision of the site or of a procedure, by id."""
        return _CARDS.validate_python(json.loads(self._compiled(digest)).get("cards", {}))

    def text(self, digest: str) -> str:
        """The YAML of a revision, as published."""
        return str(self.row(digest)["source"])

    def missing(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Those whose content is not kept yet."""
        with self._ledger.engine.connect() as connection:
            kept = set(connection.execute(select(tables.revisions.c.digest)).scalars())
        return [revision for revision in revisions if revision.digest not in kept]

    def _compiled(self, digest: str) -> str:
        return str(self.row(digest)["compiled"])

    def row(self, digest: str) -> Mapping[str, object]:
        """A revision as it is kept. Raises KeyError."""
        query = select(tables.revisions).where(tables.revisions.c.digest == digest)
        with self._ledger.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise KeyError(digest)
        return dict(row)
