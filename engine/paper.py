"""HTML to PDF by WeasyPrint, where that is installed. Nothing is fetched that is not handed in.

`python -m engine.paper FILE [ATTACHED]` reads the document from standard input: in a process of its own it keeps nobody waiting.
"""

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

Fetch = Callable[[str], bytes]
"""The content of an address of ours, such as /photos/<digest>/small. Raises LookupError where there is none."""
_ONE_AT_A_TIME = Lock()  # setting a record takes a second of a processor that ticks need too
_ADDRESS = "http://paper.invalid"  # nothing is there; it only tells our own addresses from others


class NoPdf(RuntimeError):
    """WeasyPrint, or a library of the system it needs, is not installed; `missing` is what it says itself."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def has_pdf() -> bool:
    """Whether the package is there; a library it needs may still be missing."""
    return find_spec("weasyprint") is not None


def pdf_of(html: str, fetch: Fetch | None = None, attached: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The pages of a whole HTML document, with its style sheets in it. Raises NoPdf.

    `fetch` gives the pictures; one that cannot be had is left to its alternative text. `attached`: files that go along in it.
    """
    try:
        import weasyprint  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except (ImportError, OSError) as error:  # OSError: Pango is not there
        raise NoPdf(str(error).splitlines()[0]) from error
    document = weasyprint.HTML(string=html, base_url=_ADDRESS, url_fetcher=_fetcher(fetch))
    files = [weasyprint.Attachment(string=content, name=name) for name, content in attached.items()]
    with _ONE_AT_A_TIME:
        made: bytes = document.write_pdf(attachments=files or None)
    return made


def _fetcher(fetch: Fetch | None) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-not-found,import-untyped,unused-ignore]

    class Ours(URLFetcher):  # type: ignore[misc,unused-ignore]
        """Gives what was handed in, and never goes to the net or to a file."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            if fetch is None or not url.startswith(_ADDRESS):
                raise LookupError(url)
            return URLFetcherResponse(url, fetch(url.removeprefix(_ADDRESS)), {"Content-Type": "image/jpeg"})

    return Ours()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(pdf_of(sys.stdin.read(), None, {name: Path(name).read_bytes() for name in sys.argv[2:]}))
