"""Every point of a chart of readings, for a script that looks closer: the same marks, lines and limits as are drawn on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.procedure.limits import Range
from engine.review.trends.limits import sides, stretches
from engine.review.trends.readings import followed
from webui.present.trends_chart import shape_of
from webui.present.trends_readings import Subject, medians


def points(subject: Subject) -> Mapping[str, Any]:
    """Times in seconds; values, limits then, marks, and which were out, of each reading; `middle`: times and values of the
    line of middle values; `joins`: from which reading to which, by their number, a line leads to a re-measure.
    """
    some = subject.readings
    limits = subject.limits.of(some) if some else []
    bands: Sequence[Range | None] = limits if stretches(some, limits) is not None else [None] * len(some)
    place = {id(one): n for n, one in enumerate(some)}
    return {
        "at": [round(one.moment.timestamp()) for one in some],
        "low": [float(one.low) if one and one.low is not None else None for one in bands],
        "high": [float(one.high) if one and one.high is not None else None for one in bands],
        "value": [one.number for one in some],
        "out": [int(one.is_out) for one in some],
        "shape": [shape_of(one, side) for one, side in zip(some, sides(some, limits), strict=True)],
        "joins": [[place[id(before)], place[id(after)]] for before, after in followed(some)],
        "middle": [[round(at), value] for at, value in medians(subject)],
        "run": [one.run for one in some],
        "title": subject.figure.title,
        "unit": subject.unit,
    }
