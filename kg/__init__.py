"""Write what each source says, one sentence a fact; ask, look at and publish the graph.

>>> import kg
>>> project = kg.open("tests/demo")
>>> [type(problem).__name__ for problem in project.check()]
[]
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.project import Project


def open(path: str | os.PathLike[str] = ".") -> Project:
    """Returns the project in a folder: `check()`, `build()`, `query()`, `graph()`, `network()`, `view()`."""
    from kg.project import Project

    return Project(path)


__all__ = ["open"]
