"""Fact files, one format a module with `SUFFIXES` and `read(path, name)`, which yields entries and problems.

Readers know no ontology.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def readers() -> dict[str, ModuleType]:
    """Returns file suffix to reader; a module in this folder is a format."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found.update(dict.fromkeys(module.SUFFIXES, module))
    return found
