"""`sop prove`: what is proved of each procedure, what is only tested by scenarios, what fails, and what is not known."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from engine.cli import AUTHOR
from engine.cli.folders import FOLDER, opened
from engine.loading.library import Library
from engine.loading.trial import try_scenarios
from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.proofs import Proof
from engine.procedure.scenario import Scenario
from engine.procedure.text import Language
from engine.proving import claim_title, proved, sentence, verdict_word

_COLOURS = {"proved": "green", "tested": "yellow", "failed": "red", "unknown": "yellow"}
_LOUD = ("failed", "unknown", "tested")


@dataclass(frozen=True, slots=True)
class _Proved:
    id: str
    plan: Plan
    proofs: tuple[Proof, ...]


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--sops", type=FOLDER, default="sops", help="The folder of procedures.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text, or json for tools.")
@click.option("--language", "--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of sentences.")
@click.option("--all", "is_all", is_flag=True, help="Also say in a sentence what each proved claim rests on.")
def prove_command(ids: tuple[str, ...], sops: Path, form: str, language: Language, is_all: bool) -> None:
    """Tell what is proved of procedures before anybody runs them, what is only tested, what fails, and what is not known.

    Every step can be reached, a run can always be completed, every deadline is held and can be met, limits lie one inside the
    other. Who holds which role is not asked: that takes the accounts. Exit 0 where nothing fails, 1 where something does or a
    file is broken, 2 for wrong usage.
    """
    library, _ = opened(sops)
    unknown = [id_ for id_ in ids if id_ not in library.procedures and id_ not in library.broken]
    if unknown or library.site is None:
        raise click.UsageError(f"there is no procedure {unknown[0]!r} in {sops}" if unknown else f"there is no site in {sops}")
    broken = sorted(one for one in library.broken if not ids or one in ids)
    found = _found(library, ids, language)
    if form == "json":
        click.echo(json.dumps([_as_json(one, language) for one in found], ensure_ascii=False, indent=2))
    else:
        _tell(found, language, is_all=is_all)
    for id_ in broken:
        click.echo(f"{id_}: broken, see: sop check {sops}", err=True)
    sys.exit(AUTHOR if broken or any(proof.verdict == "failed" for one in found for proof in one.proofs) else 0)


def _found(library: Library, ids: tuple[str, ...], language: Language) -> list[_Proved]:
    site = library.site
    assert site is not None
    passing = _passing(library, ids)
    plans = {
        id_: compile_plan(bind(loaded.procedure, site), site)
        for id_, loaded in library.procedures.items()
        if not ids or id_ in ids
    }
    return [_Proved(id_, plan, proved(plan, None, passing.get(id_, ()), language)) for id_, plan in plans.items()]


def _passing(library: Library, ids: tuple[str, ...]) -> Mapping[str, list[Scenario]]:
    """The scenarios that are played and miss nothing, by procedure."""
    found: dict[str, list[Scenario]] = {}
    for one in try_scenarios(library, ids):
        if not one.misses and not one.set_aside:
            found.setdefault(one.procedure, []).append(library.scenarios[one.procedure][one.index])
    return found


def _tell(found: Sequence[_Proved], language: Language, *, is_all: bool) -> None:
    for one in found:
        click.echo(click.style(f"{one.id}  {one.plan.procedure.title.into(language)}", bold=True))
        claims = dict.fromkeys(proof.claim for proof in one.proofs)
        for claim in claims:
            _tell_claim(one, [proof for proof in one.proofs if proof.claim == claim], language, is_all=is_all)
    counts = {verdict: sum(proof.verdict == verdict for one in found for proof in one.proofs) for verdict in _COLOURS}
    told = ", ".join(f"{count} {verdict_word(verdict, language)}" for verdict, count in counts.items() if count)  # type: ignore[arg-type]
    click.echo(f"{len(found)} procedures: {told}", err=True)


def _tell_claim(one: _Proved, proofs: list[Proof], language: Language, *, is_all: bool) -> None:
    """A line for the claim with the worst verdict on it, then what is not proved, and with --all what is."""
    worst = next((verdict for verdict in _LOUD if any(proof.verdict == verdict for proof in proofs)), "proved")
    word = click.style(verdict_word(worst, language), fg=_COLOURS[worst])  # type: ignore[arg-type]
    click.echo(f"  {claim_title(proofs[0].claim, language)}: {word}")
    for proof in proofs:
        if is_all or proof.verdict != "proved":
            click.echo(f"    {verdict_word(proof.verdict, language)}: {sentence(one.plan, proof, language)}")


def _as_json(one: _Proved, language: Language) -> dict[str, object]:
    proofs = [
        {
            "claim": proof.claim,
            "verdict": proof.verdict,
            "steps": proof.steps,
            "facts": {key: _plain(value) for key, value in proof.facts.items()},
            "sentence": sentence(one.plan, proof, language),
        }
        for proof in one.proofs
    ]
    return {"procedure": one.id, "proofs": proofs}


def _plain(value: object) -> object:
    """A fact as JSON: a length of time in seconds, a figure as it is written."""
    match value:
        case timedelta():
            return int(value.total_seconds())
        case str() | int() | bool():
            return value
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
        case _:
            return str(value)
