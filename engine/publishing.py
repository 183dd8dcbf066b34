"""From a folder of procedures to revisions that can be published: what is clean, bound to the site, its overrides applied."""

from collections.abc import Iterator
from datetime import date

from engine.loading.library import Library
from engine.procedure.override import overlaid
from engine.procedure.site import Site
from engine.revisions import Revision, revision_of, site_revision


def revisions(library: Library, today: date, only: tuple[str, ...] = ()) -> list[Revision]:
    """The revisions of `library`: the site's, and every procedure without errors (or those named). Empty without a site."""
    if library.site is None:
        return []
    return [_site(library, library.site), *_procedures(library, library.site, today, only)]


def _site(library: Library, site: Site) -> Revision:
    return site_revision(site, library.text("site", "site"))


def _procedures(library: Library, site: Site, today: date, only: tuple[str, ...]) -> Iterator[Revision]:
    for id_, loaded in library.procedures.items():
        if only and id_ not in only:
            continue
        procedure = loaded.procedure
        for overrides in library.overrides.values():
            procedure = overlaid(procedure, overrides.overrides.get(id_, {}), today)
        yield revision_of(id_, procedure, site, loaded.text, _scenarios(library, id_))


def _scenarios(library: Library, id_: str) -> str:
    return library.text("scenarios", id_) if id_ in library.scenarios else ""
