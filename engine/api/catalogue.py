"""What other answers name by id: procedures and their revisions, places, people; and how far the record is signed."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from engine.api import answers
from engine.api.asked import Asked, NothingAsked, RevisionsAsked
from engine.api.known import check_names
from engine.api.refused import wrong_cursor
from engine.api.registers import title_of
from engine.api.source import Source, page_of
from engine.directory import Directory
from engine.procedure.procedure import Procedure
from engine.revisions import SITE


def procedures(source: Source, asked: Asked) -> answers.Procedures:
    """Every procedure, by id: in force, or retired. Raises Refused."""
    as_of, directory = source.as_of, source.engine.directory.catch_up()
    names = sorted(name for name in {*directory.published, *directory.retired} - {SITE} if name > asked.after)
    shown, next_ = page_of(names, asked.limit, str)
    return answers.Procedures(as_of=as_of, next=next_, items=tuple(_procedure(source, directory, name) for name in shown))


def _procedure(source: Source, directory: Directory, name: str) -> answers.Procedure:
    published, retired = directory.published.get(name), directory.retired.get(name)
    digest = published.digest if published else retired.digest if retired else ""
    found: Procedure = source.engine.plan_of(digest).procedure
    return answers.Procedure(
        procedure=name,
        title=title_of(found.title),
        place=found.place,
        kind=found.kind,
        done_by=found.done_by,
        revision=digest,
        published_at=published.since if published else None,
        is_retired=published is None,
        former=directory.renamed.names(name)[1:],
    )


def revisions(source: Source, asked: RevisionsAsked) -> answers.Revisions:
    """Every revision published, in the order in which that happened. Raises Refused."""
    if asked.procedure != SITE:
        check_names(source, asked)
    as_of, directory = source.as_of, source.engine.directory.catch_up()
    after = _number(asked.after)
    found = sorted(
        ((seq, one) for seq, one in _issued(directory, source.engine.renamed.present(asked.procedure)) if seq > after),
        key=lambda one: one[0],
    )
    shown, next_ = page_of(found, asked.limit, lambda one: str(one[0]))
    return answers.Revisions(as_of=as_of, next=next_, items=tuple(one for _, one in shown))


def people(source: Source, asked: Asked) -> answers.People:
    """The staff, by id."""
    as_of, known = source.as_of, source.engine.directory.catch_up().people
    shown, next_ = page_of(sorted(name for name in known if name > asked.after), asked.limit, str)
    items = tuple(answers.Person(person=id_, name=known[id_].name, roles=known[id_].roles) for id_ in shown)
    return answers.People(as_of=as_of, next=next_, items=items)


def places(source: Source, asked: NothingAsked) -> answers.Places:  # noqa: ARG001
    """The places of the site, as it lists them."""
    as_of, site = source.as_of, source.engine.site
    items = tuple(answers.Place(place=id_, title=title_of(place.title)) for id_, place in site.places.items())
    return answers.Places(as_of=as_of, timezone=site.timezone, items=items)


def chain(source: Source, asked: NothingAsked) -> answers.Chain:  # noqa: ARG001
    """The newest checkpoint."""
    as_of, newest = source.as_of, source.heads.newest()
    if newest is None:
        return answers.Chain(as_of=as_of, checkpoint=None, key=source.heads.key)
    found = answers.Checkpoint(size=newest.size, root=b64encode(newest.root).decode(), note=newest.note)
    return answers.Chain(as_of=as_of, checkpoint=found, key=source.heads.key)


def _issued(directory: Directory, procedure: str) -> Iterator[tuple[int, answers.Revision]]:
    for name, some in directory.issued.items():
        if procedure in ("", name):
            yield from zip((one.seq for one in some), _revisions(directory, name), strict=True)


def _revisions(directory: Directory, name: str) -> Sequence[answers.Revision]:
    published = directory.published.get(name)
    newest = directory.issued[name][-1].seq
    return [
        answers.Revision(
            revision=one.digest,
            procedure=name,
            published_at=one.at,
            published_by=one.by,
            note=one.note,
            is_in_force=published is not None and one.seq == newest,
        )
        for one in directory.issued[name]
    ]


def _number(after: str) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        raise wrong_cursor(after)
    return int(after)
