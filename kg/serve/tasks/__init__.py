"""What a worker can be asked: every public function of a module here, by the name `module.function`.

A task takes the holding, a sink and named arguments; it writes its answer, or returns what is sent as JSON.
Every module it needs is imported at the top of its own: a confined worker opens no file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any


def _tasks() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == module.__name__:
                yield f"{found.name}.{name}", function


TASKS = dict(_tasks())
