"""What is answered where there is no answer."""

from pydantic import Field

from engine.api.answers import Shape


class Mistake(Shape):
    """One thing that is wrong with a request."""

    parameter: str = Field(description="Where.")
    found: str = Field(description="What stands there.")
    expected: str = Field(description="What is expected there.")


class Problem(Shape):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="The kind of problem, for programs: /api/v1/openapi.json#KIND.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What was found, what is expected, and the way out, in words.")
    found: str = Field(description="What was found.")
    expected: str = Field(description="What is expected.")
    way_out: str = Field(description="What to do.")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="What is wrong with the request, one by one.")
