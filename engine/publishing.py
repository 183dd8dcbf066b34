"""From a folder of procedures to revisions that can be published: what is clean, bound to the site, its overrides applied."""

from collections.abc import Iterator, Mapping
from datetime import date

from engine.loading.library import Library
from engine.procedure.override import Override, overlaid
from engine.procedure.site import Site
from engine.revisions import Revision, revision_of, site_revision


def revisions(library: Library, today: date, only: tuple[str, ...] = (), *, is_first: bool = False) -> list[Revision]:
    """The revisions of `library`: the site's with its reports, and every procedure without errors (or those named).

    Empty without a site. The site's own is left out while a report has mistakes, or that report would be given up; where
    nothing is published yet (`is_first`) there is none to give up.
    """
    if library.site is None:
        return []
    whole = [] if library.unread_reports and not is_first else [_site(library, library.site)]
    return [*whole, *_procedures(library, library.site, today, only)]


def _site(library: Library, site: Site) -> Revision:
    return site_revision(site, library.text("site", "site"))


def _procedures(library: Library, site: Site, today: date, only: tuple[str, ...]) -> Iterator[Revision]:
    for id_, loaded in library.procedures.items():
        if (only and id_ not in only) or is_in_doubt(library, id_):
            continue
        procedure = loaded.procedure
        for overrides in overlays_of(library, id_):
            procedure = overlaid(procedure, overrides, today)
        yield revision_of(id_, procedure, site, loaded.text, _scenarios(library, id_))


def is_in_doubt(library: Library, id_: str) -> bool:
    """Whether overrides of a procedure, or what may be some, cannot be read: without them nothing of it is published."""
    return bool(unread_of(library, id_))


def unread_of(library: Library, id_: str) -> frozenset[str]:
    """The files of overrides with mistakes that speak of a procedure, or may do, as diagnostics name them."""
    unread = (found for (kind, file), found in library.files.items() if kind == "overrides" and file not in library.overrides)
    return frozenset(found.file for found in unread if found.id == f"overrides/{id_}" or id_.encode() in found.data)


def overlays_of(library: Library, id_: str) -> list[Mapping[str, Override]]:
    """The overrides of a procedure, file by file, in the order in which they apply."""
    return [file.overrides[id_] for file in library.overrides.values() if id_ in file.overrides]


def _scenarios(library: Library, id_: str) -> str:
    return library.text("scenarios", id_) if id_ in library.scenarios else ""
