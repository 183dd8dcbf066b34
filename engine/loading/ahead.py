"""Compiles many files ahead of time on several processors, by filling the cache that the load then reads.

Worth it only for hundreds of files: reading YAML takes a quarter of a millisecond a line, starting a process half a second.
"""

from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from engine.loading.cache import Cache
from engine.loading.compiling import compile_file, is_kept
from engine.loading.files import Found
from engine.processes import pool

Model = TypeVar("Model", bound=BaseModel)
_FEWEST = 100


def compile_ahead(files: list[Found], model_type: type[Model], cache: Cache, workers: int) -> None:
    """Fill `cache` with what `files` compile to. What has mistakes is not kept and will be told by the load itself.

    Processes are started afresh, so a caller with more than one worker must be a module that can be imported without effect.
    """
    missing = [found for found in files if not is_kept(found, model_type, cache)]
    if workers < 2 or len(missing) < _FEWEST or cache.folder is None:
        return
    compile_one = partial(_compile, model_type=model_type, folder=str(cache.folder))
    with pool(workers) as processes:
        for _ in processes.map(compile_one, missing, chunksize=8):
            pass


def _compile(found: Found, model_type: type[Model], folder: str) -> None:
    compile_file(found, model_type, Cache(Path(folder)))
