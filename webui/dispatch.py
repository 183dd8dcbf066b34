"""The application: Flask, with what it works out anew for every request worked out once.

A guard looks at a request before anything else may, and is given it as it is: `flask.request` stands for it by way of a variable
of the context, and looking through that takes longer than most guards do.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from flask import Flask, Request, Response
from flask.ctx import RequestContext
from flask.globals import request_ctx
from flask.signals import request_tearing_down
from flask.typing import ResponseReturnValue, URLValuePreprocessorCallable
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter
from werkzeug.sansio.utils import get_host

from webui.exchange import Answer, Asked
from webui.exchange import asked as at_hand

Guard = Callable[[Asked], ResponseReturnValue | None]
"""Says nothing, or how a request is answered that goes no further; it may raise as a view does."""
_Hook = Callable[[], ResponseReturnValue | None]
_After = Callable[[Response], Response]
_Hooks = tuple[tuple[URLValuePreprocessorCallable, ...], tuple[_Hook, ...], tuple[_After, ...]]


class Application(Flask):
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
        """Where addresses of a request are looked up. Flask finds out twice, for each, which host was asked."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        scheme, query = request.scheme, request.query_string.decode("latin1")
        try:
            request.host, name = _host(scheme, request.environ.get("HTTP_HOST"), request.server)
        except HTTPException as error:
            request.host = name = "localhost"  # for the page that says so, which has addresses too
            request.routing_exception = error
        return MapAdapter(self.url_map, name, request.root_path, "", scheme, request.path, request.method, query)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """What comes before a view: what the address says is told, then the guards look, then goes what else is to go before."""
        asked = at_hand()
        endpoint = asked.endpoint
        told, hooks, _ = self._hooks_of(asked)
        for tell in told:
            tell(endpoint, asked.view_args)
        for guard in self._guards:
            if (answer := guard(asked)) is not None:
                return answer
        for hook in hooks:
            if (answer := hook()) is not None:
                return answer
        return None

    def dispatch_request(self) -> ResponseReturnValue:
        """What the view says."""
        asked = at_hand()
        if asked.routing_exception is not None or asked.method == "OPTIONS":
            return super().dispatch_request()
        assert asked.endpoint is not None
        assert asked.view_args is not None
        answer: ResponseReturnValue = self.ensure_sync(self.view_functions[asked.endpoint])(**asked.view_args)
        return answer

    def process_response(self, response: Response) -> Response:
        """What comes after a view: the hooks of this one request, then the others, the last first; then the session is kept."""
        context: RequestContext = request_ctx._get_current_object()  # type: ignore[attr-defined]
        for hook in (*context._after_request_functions, *self._hooks_of(context.request)[2]):
            response = hook(response)  # type: ignore[assignment]
        kept = context._session
        assert kept is not None
        if not self.session_interface.is_null_session(kept):
            self.session_interface.save_session(self, kept, response)
        return response

    def do_teardown_request(self, *fault: BaseException | None) -> None:
        """What a request leaves behind, which here is nothing."""
        if self.teardown_request_funcs or not fault:
            super().do_teardown_request(*fault)
        else:
            request_tearing_down.send(self, _async_wrapper=self.ensure_sync, exc=fault[0])

    def _hooks_of(self, asked: Request) -> _Hooks:
        return self._hooks.get(asked.endpoint) or self._gathered(asked.endpoint, asked.blueprints)

    def _gathered(self, endpoint: str | None, blueprints: list[str]) -> _Hooks:
        names = (None, *reversed(blueprints))
        self._hooks[endpoint] = found = (
            tuple(tell for name in names for tell in self.url_value_preprocessors.get(name, ())),
            tuple(cast("_Hook", hook) for name in names for hook in self.before_request_funcs.get(name, ())),
            tuple(cast(_After, hook) for name in reversed(names) for hook in reversed(self.after_request_funcs.get(name, []))),
        )
        return found


@lru_cache(maxsize=256)
def _host(scheme: str, header: str | None, server: tuple[str, int | None] | None) -> tuple[str, str]:
    """The host that was asked, with its port, and the same as it stands in addresses. Raises HTTPException where it is none."""
    host = get_host(scheme, header, server)
    return host, Map().bind(host).server_name
