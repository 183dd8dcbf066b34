"""The cache saves work and decides nothing: with it, without it, damaged or unwritable, the same library is loaded."""

import shutil
from pathlib import Path

import pytest

from engine.loading import cache as caching
from engine.loading import compiling
from engine.loading.cache import Cache
from engine.loading.library import Library
from engine.loading.source import Source, read
from engine.procedure.procedure import Procedure
from engine.procedure.scenario import ScenarioFile

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "sops"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sops = tmp_path / "sops"
    shutil.copytree(HERE.parent / "authoring" / "around", sops)
    shutil.copy(HERE / "good.yaml", sops / "good.yaml")
    (sops / "bad.yaml").write_text("format: 1\n", encoding="utf-8")
    shutil.copy(HERE.parent / "authoring" / "cases" / "looser-than-statutory.yaml", sops / "loose.yaml")
    return sops


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files read as YAML since."""
    seen: list[str] = []

    def watched(data: bytes, file: str) -> Source:
        seen.append(file.rsplit("/")[-1])
        return read(data, file)

    monkeypatch.setattr(compiling, "read", watched)
    return seen


def same(one: Library, other: Library) -> bool:
    """Whether two loads gave the same."""
    models = [{name: loaded.procedure for name, loaded in library.procedures.items()} for library in (one, other)]
    said = [[diagnostic.render() for diagnostic in library.diagnostics] for library in (one, other)]
    return models[0] == models[1] and said[0] == said[1] and one.site == other.site and one.clauses == other.clauses


def test_what_did_not_change_is_not_read_again(folder: Path, tmp_path: Path, reads: list[str]) -> None:
    fresh = Library.load(folder, tmp_path / "cache")
    assert {"good.yaml", "site.yaml", "clauses.yaml"} <= set(reads)
    reads.clear()
    again = Library.load(folder, tmp_path / "cache")
    assert same(fresh, again)
    assert reads == ["bad.yaml"]


def test_what_changed_is_read_again(folder: Path, tmp_path: Path, reads: list[str]) -> None:
    Library.load(folder, tmp_path / "cache")
    reads.clear()
    text = (folder / "good.yaml").read_text(encoding="utf-8").replace("开放前", "营业前")
    (folder / "good.yaml").write_text(text, encoding="utf-8")
    library = Library.load(folder, tmp_path / "cache")
    assert sorted(reads) == ["bad.yaml", "good.yaml"]
    assert library.procedures["good"].procedure.purpose is not None
    assert library.procedures["good"].procedure.purpose.zh.startswith("营业前")


def test_a_change_of_the_site_is_felt_by_every_procedure(folder: Path, tmp_path: Path) -> None:
    Library.load(folder, tmp_path / "cache")
    site = (folder / "site.yaml").read_text(encoding="utf-8").replace("lockers:", "boxes:")
    (folder / "site.yaml").write_text(site, encoding="utf-8")
    library = Library.load(folder, tmp_path / "cache")
    assert "unknown-book" in [diagnostic.code for diagnostic in library.diagnostics]


def test_a_procedure_that_goes_is_missed(folder: Path, tmp_path: Path) -> None:
    step = "  - start: 救援\n    id: help\n    procedure: rescue\n"
    text = (folder / "good.yaml").read_text(encoding="utf-8")
    (folder / "good.yaml").write_text(text + step, encoding="utf-8")
    assert "good" in Library.load(folder, tmp_path / "cache").procedures
    (folder / "rescue.yaml").unlink()
    assert "good" not in Library.load(folder, tmp_path / "cache").procedures


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"null", b'{"format": 1}', b"\xff\xfe", b'[{"places": []}]'])
def test_a_damaged_cache_is_read_past(folder: Path, tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "cache"
    fresh = Library.load(folder, cache)
    for file in cache.iterdir():
        file.write_bytes(damage)
    assert same(fresh, Library.load(folder, cache))


def test_a_cache_deleted_under_a_library_does_no_harm(folder: Path, tmp_path: Path) -> None:
    fresh = Library.load(folder, tmp_path / "cache")
    library = Library.load(folder, tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache")
    assert same(fresh, library)


def test_a_cache_that_cannot_be_written_only_costs_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("key", b"data")
    assert cache.trouble
    assert cache.get("key") is None
    assert same(Library.load(folder), Library.load(folder, tmp_path / "file" / "cache"))


def test_another_version_of_the_program_reads_nothing_of_this_one(
    folder: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Library.load(folder, tmp_path / "cache")
    reads.clear()
    monkeypatch.setattr(caching, "_program", lambda: b"another")
    Library.load(folder, tmp_path / "cache")
    assert "good.yaml" in reads


def test_what_is_no_longer_used_is_dropped(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    Library.load(folder, cache)
    used = {file.name for file in cache.iterdir()}
    for number in range(300):
        (cache / f"{number}.json").write_bytes(b"{}")
    Library.load(folder, cache)
    assert {file.name for file in cache.iterdir()} == used


def test_several_workers_give_the_same(folder: Path, tmp_path: Path) -> None:
    text = (folder / "rescue.yaml").read_text(encoding="utf-8").replace("opens:", "# opens:")
    for number in range(110):
        (folder / f"copy_{number}.yaml").write_text(f"{text}# {number}\n", encoding="utf-8")
    together = Library.load(folder, tmp_path / "together", workers=2)
    assert same(together, Library.load(folder, tmp_path / "alone"))
    assert {file.name for file in (tmp_path / "together").iterdir()} == {file.name for file in (tmp_path / "alone").iterdir()}


def shipped() -> list[Path]:
    """The procedures that ship, and the one that uses most of the language."""
    return [HERE / "good.yaml", *(path for path in sorted(SHIPPED.rglob("*/*.yaml")) if ".test." not in path.name)]


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_the_compiled_form_means_the_same(path: Path) -> None:
    if path.parent.name in ("overrides", "reports"):
        return
    model = Procedure.model_validate(read(path.read_bytes(), path.name).tree)
    compiled = model.model_dump_json(by_alias=True, exclude_unset=True)
    again = Procedure.model_validate_json(compiled)
    assert again == model
    assert again.model_dump_json(by_alias=True, exclude_unset=True) == compiled


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*/*.test.yaml")), ids=lambda path: path.stem)
def test_the_compiled_form_of_scenarios_means_the_same(path: Path) -> None:
    """Or they would be read anew each time, which costs more than all the rest."""
    model = ScenarioFile.model_validate(read(path.read_bytes(), path.name).tree)
    compiled = model.model_dump_json(by_alias=True, exclude_unset=True)
    assert ScenarioFile.model_validate_json(compiled).model_dump_json(by_alias=True, exclude_unset=True) == compiled
