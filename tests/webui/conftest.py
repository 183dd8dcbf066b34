"""A house for each test: furnished once, then copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.seeding import make
from engine.folder import Folder
from tests.kept import addresses_kept, plans_kept, quick_pins
from tests.shipped import compiled, copy_of
from webui import stencils
from webui.fragments import rendered

from .cast import MORNING, SOPS, House, Tablet, a_house, opened
from .figuring import begun
from .replaying import AFTERWARDS, PREP, RUNS
from .rich import furnish
from .timed import a_hall, at_desk


@pytest.fixture(scope="session", autouse=True)
def _worked_out_once() -> Iterator[None]:
    """What all houses have in common is worked out once, and PINs are hashed with less work."""
    with quick_pins(), plans_kept(), addresses_kept():
        yield


@pytest.fixture(autouse=True)
def _stencils_draw_what_templates_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever any of these tests draws by stencil is compared with the template rendered whole."""
    filled = stencils._filled

    def compared(template: str, name: str, view: stencils.View, slots: tuple[str, ...], shape: stencils.Shape) -> str:
        html = filled(template, name, view, slots, shape)
        assert html == rendered(template, **{name: view})
        return html

    monkeypatch.setattr(stencils, "_filled", compared)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the clubhouse on its first morning, with the shipped procedures and everybody on the staff."""
    folder = tmp_path_factory.mktemp("clubhouse") / "data"
    with a_house(folder):
        return folder


@pytest.fixture(scope="session")
def furnished_richly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the test site, whose one procedure has every kind of step."""
    folder = tmp_path_factory.mktemp("rich") / "data"
    with opened(folder) as house:
        furnish(house.product.engine)
        return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """The clubhouse at half past six."""
    with opened(copy_of(furnished, tmp_path / "data")) as house:
        yield house


@pytest.fixture
def rich(furnished_richly: Path, tmp_path: Path) -> Iterator[House]:
    """The test site at half past six."""
    with opened(copy_of(furnished_richly, tmp_path / "rich")) as house:
        yield house


@pytest.fixture(scope="session")
def furnished_hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the hall, with its staff."""
    folder = tmp_path_factory.mktemp("hall") / "data"
    with a_hall(folder, MORNING):
        return folder


@pytest.fixture
def hall(furnished_hall: Path, tmp_path: Path) -> Iterator[House]:
    """The hall at half past six."""
    with opened(copy_of(furnished_hall, tmp_path / "data")) as house:
        yield house


@pytest.fixture
def desk(hall: House) -> Tablet:
    """Somebody at the desk."""
    return at_desk(hall)


@pytest.fixture
def boss(house: House) -> Tablet:
    """The duty supervisor, at the pool."""
    return house.signed_on("zhou")


@pytest.fixture
def supervisor(boss: Tablet) -> Tablet:
    """The same with a draft of the pool's checklist."""
    return begun(boss)


@pytest.fixture
def wu(house: House) -> Tablet:
    """A receptionist, at the service centre."""
    return house.signed_on("wu", "service_centre")


@pytest.fixture
def admin(house: House) -> Tablet:
    """Whoever manages people and tablets, at a desk."""
    return house.signed_on("admin", "management_office")


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with past runs; the procedures' folder was looked through before, as on any other day."""
    data = tmp_path_factory.mktemp("lived") / "data"
    make(data, RUNS, 3, [PREP])
    Folder(SOPS, compiled()).library(AFTERWARDS.date())
    return data
