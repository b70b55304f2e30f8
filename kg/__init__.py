"""Write what each source says, one sentence a fact; ask, look at and publish the graph.

>>> import kg
>>> project = kg.open("tests/demo")
>>> [type(problem).__name__ for problem in project.check()]
[]
>>> kg.view("tests/demo").save("demo.html")  # doctest: +SKIP
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

__version__ = "0.2.0"

if TYPE_CHECKING:
    from kg.project import Project
    from kg.view import view
else:
    from kg import view  # the module, which can be called: importing anything from it would put it here anyway


def open(path: str | os.PathLike[str] = ".", endpoint: str = "", base: str = "") -> Project:
    """Returns the project in a folder: `check()`, `build()`, `query()`, `graph()`, `network()`, `view()`.

    With `endpoint`, the address of a SPARQL endpoint, that is asked in place of the project's own build; `base`
    names the dataset where it holds several.
    """
    from kg.project import Project

    return Project(path, endpoint, base)


__all__ = ["open", "view"]
