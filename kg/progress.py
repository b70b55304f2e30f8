"""What long work has come to, shown on a terminal once it has taken a second."""

from __future__ import annotations

import time
from typing import Any

PATIENCE = 1.0
"""Seconds of work before anything is shown."""

STAGES = 8
"""About how many stages a check or build has, for the length of the bar."""


class Stages:
    """A bar of stages; called with the name of each as it begins."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._seen = 0
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, stage: str) -> None:
        """Shows that a stage begins, if the work has taken long enough for somebody to wonder; '' ends it."""
        if not stage:
            self.close()
            return
        self._seen += 1
        if self._bar is None:
            if time.monotonic() - self._begun < PATIENCE:
                return
            self._open()
        self._bar.update(self._task, description=stage, completed=min(self._seen, STAGES - 1))

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        columns = (SpinnerColumn(), BarColumn(bar_width=20), TextColumn("{task.description}", markup=False))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=STAGES)
        self._bar.start()

    def close(self) -> None:
        """Takes the bar away, so that only the answer stays on the terminal."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
