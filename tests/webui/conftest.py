"""A house for each test: furnished once, then copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from engine import people
from webui import stencils
from webui.fragments import rendered

from .cast import MORNING, House, Tablet, a_house, opened
from .rich import furnish
from .timed import a_hall, at_desk


@pytest.fixture(scope="session", autouse=True)
def _quick_pins() -> Iterator[None]:
    """PINs hashed the same way with less work: hundreds of sign-ons would else be most of these tests' time."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(people, "_HASHER", quick)
        patched.setattr(people, "_NOBODY", quick.hash("nobody has this PIN"))
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
    with opened(Path(shutil.copytree(furnished, tmp_path / "data"))) as house:
        yield house


@pytest.fixture
def rich(furnished_richly: Path, tmp_path: Path) -> Iterator[House]:
    """The test site at half past six."""
    with opened(Path(shutil.copytree(furnished_richly, tmp_path / "rich"))) as house:
        yield house


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[House]:
    """The hall at half past six."""
    with a_hall(tmp_path / "data", MORNING) as house:
        yield house


@pytest.fixture
def desk(hall: House) -> Tablet:
    """Somebody at the desk."""
    return at_desk(hall)
