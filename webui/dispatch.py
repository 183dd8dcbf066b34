"""The application: Flask, with what it works out anew for every request worked out once.

A guard looks at a request before anything else may, and is given it as it is: `flask.request` stands for it by way of a variable
of the context, and looking through that takes longer than most guards do.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, request
from flask.typing import ResponseReturnValue, URLValuePreprocessorCallable
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import get_host

from webui.exchange import Answer, Asked

Guard = Callable[[Asked], ResponseReturnValue | None]
"""Says nothing, or how a request is answered that goes no further; it may raise as a view does."""
_Hook = Callable[[], ResponseReturnValue | None]
_Hooks = tuple[tuple[URLValuePreprocessorCallable, ...], tuple[_Hook, ...]]


class Desk(Flask):
    """Flask's application, for requests as `Asked` and answers as `Answer`."""

    request_class = Asked
    response_class = Answer

    def __init__(self) -> None:
        super().__init__("webui", static_folder=None)
        self._guards: list[Guard] = []
        self._hooks: dict[str | None, _Hooks] = {}  # by endpoint; Flask takes no more of them once a request has come

    def guard(self, guard: Guard) -> None:
        """Have `guard` look at every request, after those that were named before it."""
        self._guards.append(guard)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none is async, and asking costs every tick."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Where addresses of a request are looked up. Flask finds out twice which host was asked, and looks for web sockets."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        request.host = host = get_host(request.environ)
        return self.url_map.bind(
            host, request.root_path, "", request.scheme, request.method, request.path, request.query_string.decode("latin1")
        )

    def preprocess_request(self) -> ResponseReturnValue | None:
        """What comes before a view: what the address says is told, then the guards look, then goes what else is to go before."""
        asked: Asked = request._get_current_object()  # type: ignore[attr-defined]
        endpoint = asked.endpoint
        told, hooks = self._hooks.get(endpoint) or self._hooks_of(endpoint, asked.blueprints)
        for tell in told:
            tell(endpoint, asked.view_args)
        for guard in self._guards:
            if (answer := guard(asked)) is not None:
                return answer
        for hook in hooks:
            if (answer := hook()) is not None:
                return answer
        return None

    def _hooks_of(self, endpoint: str | None, blueprints: list[str]) -> _Hooks:
        names = (None, *reversed(blueprints))
        self._hooks[endpoint] = found = (
            tuple(tell for name in names for tell in self.url_value_preprocessors.get(name, ())),
            tuple(cast("_Hook", hook) for name in names for hook in self.before_request_funcs.get(name, ())),
        )
        return found
