"""A run at the test site's pool with every kind of step, driven through its forms."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from .cast import House, Tablet
from .rich import PIN


def jpeg(colour: str = "blue") -> bytes:
    """A small photo."""
    held = BytesIO()
    Image.new("RGB", (40, 30), colour).save(held, "JPEG")
    return held.getvalue()


def picture(name: str = "a.jpg") -> tuple[BytesIO, str]:
    """A photo as a file of a form."""
    return BytesIO(jpeg()), name


@dataclass(slots=True)
class Pool:
    """A run of the procedure with every kind, and the tablets around it."""

    house: House
    run: str
    guard: Tablet
    others: dict[str, Tablet] = field(default_factory=dict)

    def by(self, person: str) -> Tablet:
        """The tablet of somebody else."""
        if person == "guard":
            return self.guard
        if person not in self.others:
            tablet = self.others[person] = self.house.tablet()
            assert tablet.sign_on(person, PIN).status_code == 303
        return self.others[person]

    def do(self, step: str, /, *, by: str = "guard", htmx: bool = True, **form: object) -> TestResponse:
        """Do something on a step."""
        return self.by(by).step(self.run, step, htmx=htmx, **form)

    def page(self, at: str = "", by: str = "guard") -> str:
        """The page of the run."""
        answer = self.by(by).get(f"/runs/{self.run}" + (f"?at={at}" if at else ""))
        assert answer.status_code == 200
        return answer.text

    @property
    def state(self) -> object:
        """The run's state."""
        return self.house.product.engine.run(self.run).state

    def kinds(self, count: int) -> list[str]:
        """The last events."""
        return self.house.kinds(self.run)[-count:]

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.house.clock.put_forward(timedelta(minutes=minutes))

    @property
    def version(self) -> int:
        """How many events the run has."""
        return self.house.product.engine.run(self.run).state.version


@pytest.fixture
def pool(rich: House) -> Pool:
    """A run just started."""
    tablet = rich.tablet()
    assert tablet.sign_on("guard", PIN).status_code == 303
    return Pool(rich, tablet.start("pool/rich"), tablet)
