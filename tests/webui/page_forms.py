"""Pages as a browser without script sees them: elements, forms, what a form sends, and a tab that goes from page to page."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from PIL import Image

from .test_pages import VOID

Fills = dict["Element", list[str]]


class Element:
    """One element, with what it is in and what is in it."""

    def __init__(self, tag: str, attrs: Mapping[str, str], parent: "Element | None") -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []
        self.classes = frozenset(attrs["class"].split()) if "class" in attrs else frozenset()

    @property
    def id(self) -> str:
        """Its id."""
        return self.attrs.get("id", "")

    @property
    def name(self) -> str:
        """What it is called in a form."""
        return self.attrs.get("name", "")

    @property
    def value(self) -> str:
        """What it sends."""
        return self.attrs.get("value", "")

    @property
    def kind(self) -> str:
        """Which control it is."""
        return self.attrs.get("type", "text") if self.tag == "input" else self.tag

    @property
    def text(self) -> str:
        """What is read in it."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> "Iterator[str]":
        for one in self.children:
            if isinstance(one, str):
                yield one
            else:
                yield from one._texts()

    def walked(self) -> "Iterator[Element]":
        """It and everything in it, in order."""
        yield self
        for one in self.children:
            if isinstance(one, Element):
                yield from one.walked()

    def all(self, tag: str, cls: str = "") -> "Iterator[Element]":
        """Everything in it of this tag and class."""
        return (one for one in self.walked() if one.tag == tag and (not cls or cls in one.classes))

    def one(self, tag: str, cls: str = "") -> "Element":
        """The first of them."""
        return next(self.all(tag, cls))

    def within(self, tag: str, cls: str = "") -> "Element | None":
        """The nearest of these that it is in."""
        found = self.parent
        while found is not None and not (found.tag == tag and (not cls or cls in found.classes)):
            found = found.parent
        return found

    def link(self, address: str) -> str | None:
        """A link that leads to this address, whatever else it says."""
        hrefs = (one.attrs.get("href", "") for one in self.all("a"))
        return next((href for href in hrefs if href.split("?")[0].split("#")[0] == address), None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self.here = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.parent is not None, f"</{tag}> closes nothing"
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(page: str) -> Element:
    """A page as elements. Other tests hold pages well-formed."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.top


class Form:
    """A form as it stands on the page."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.action = element.attrs.get("action", "")
        inside = list(element.walked())
        self.buttons = [one for one in inside if one.tag == "button" and one.attrs.get("type", "submit") == "submit"]
        self.controls = [one for one in inside if one.tag in ("input", "textarea", "select") and one.name]

    def button(self, name: str, value: str) -> Element | None:
        """The button that sends this."""
        return next((one for one in self.buttons if (one.name, one.value) == (name, value)), None)

    def like(self, button: Element) -> Element | None:
        """The button that does the same as one of an earlier page."""
        return next((one for one in self.buttons if one.attrs == button.attrs), None)

    def scope(self, button: Element) -> list[Element]:
        """What somebody fills in before pressing a button: what is in sight, and what is folded up together with it."""
        seen = (self.element.within("details"), button.within("details"))
        return [one for one in self.controls if one.kind != "hidden" and one.within("details") in seen]

    def sent(self, button: Element, fills: Fills) -> dict[str, list[object]]:
        """What a browser sends when a button is pressed."""
        found: dict[str, list[object]] = {}
        is_multipart = self.element.attrs.get("enctype") == "multipart/form-data"
        for one in self.controls:
            values: list[object] = list(fills.get(one, standing(one)))
            if one.kind == "file" and is_multipart:
                values = [(BytesIO(photo()), "photo.jpg")] if any(values) else [(BytesIO(), "")]
            found.setdefault(one.name, []).extend(values)
        if button.name:
            found.setdefault(button.name, []).append(button.value)
        return found

    def keeps(self, control: Element, values: list[str]) -> bool:
        """Whether what was typed in a control stands in its like on this form."""
        alike = [one for one in self.controls if (one.name, one.kind) == (control.name, control.kind)]
        if control.kind in ("radio", "checkbox"):
            alike = [one for one in alike if one.value == control.value]
        return any(standing(one) == values for one in alike)


def forms_in(where: Element) -> list[Form]:
    """Every form in an element."""
    return [Form(one) for one in where.all("form")]


def standing(control: Element) -> list[str]:
    """What a control holds when the page arrives."""
    if control.kind in ("radio", "checkbox"):
        return [control.value] if "checked" in control.attrs else []
    if control.tag == "select":
        options = list(control.all("option"))
        return [one.value for one in options if "selected" in one.attrs] or [one.value for one in options[:1]]
    if control.tag == "textarea":
        return ["".join(one for one in control.children if isinstance(one, str)).removeprefix("\n")]
    return [control.value]


@cache
def photo() -> bytes:
    """A tiny picture."""
    held = BytesIO()
    Image.new("RGB", (8, 6), "teal").save(held, "JPEG")
    return held.getvalue()


class Tab:
    """A browser tab and the page it shows. `seen_as` may change what arrives, for tests of the walker itself."""

    def __init__(self, client: FlaskClient, seen_as: Callable[[str], str] = str) -> None:
        self.client, self.seen_as = client, seen_as
        self.url, self.status, self.page = "", 0, read("")

    def get(self, address: str) -> None:
        """Go to an address, and on to where it sends one."""
        answer = self.client.get(address.split("#")[0], follow_redirects=True)
        self._show(answer.request.full_path.rstrip("?"), answer.status_code, answer.text)

    def submit(self, form: Form, button: Element, fills: Fills) -> None:
        """Press a button of a form."""
        kind = form.element.attrs.get("enctype")
        answer = self.client.post(form.action, data=form.sent(button, fills), content_type=kind, follow_redirects=True)
        self._show(answer.request.full_path.rstrip("?"), answer.status_code, answer.text)

    def _show(self, address: str, status: int, text: str) -> None:
        self.url, self.status, self.page = address, status, read(self.seen_as(text))

    @property
    def now(self) -> datetime:
        """The time the page says it is."""
        return datetime.fromisoformat(self.page.one("body").attrs["data-now"])

    @property
    def local(self) -> datetime:
        """That time on the wall."""
        return self.now.astimezone(ZoneInfo(self.page.one("body").attrs["data-zone"]))
