"""What the pages of cases show: a section of the list, and a clock of one case."""

from datetime import timedelta

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def section(page: str, heading: str) -> str:
    """A part of a page by its heading; empty where there is none."""
    start = page.find(f"<h2>{heading}")
    return page[start : page.find("</section>", start)] if start >= 0 else ""


def clock_of(page: str, title: str) -> str:
    """One deadline of the page of a case."""
    found = [part for part in page.split("<li ") if f">{title}<" in part and "到期" in part]
    assert len(found) == 1, (title, len(found))
    return found[0]
