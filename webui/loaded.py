"""Everything the server needs, loaded: imported before it divides itself into processes, so that these share it."""

from importlib import import_module
from pkgutil import iter_modules

from engine import ticker, watch
from engine.notices import courier
from webui import create_app, fragments, pages, preview

__all__ = ["courier", "create_app", "fragments", "ticker", "watch"]

for package in (pages, preview):
    for found in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{found.name}")
