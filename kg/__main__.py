"""Where the program begins, as `kg` and as `python -m kg`: no words in, an exit code out. Knows no commands."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Runs the command line. While that is read in there is nothing to clean up, and Ctrl-C ends all at once."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else a shell has it ignored in the background
        signal.signal(signal.SIGINT, _leave)
    from kg.cli import main as commands

    commands()


def _leave(number: int, frame: object) -> None:
    os._exit(128 + number)


if __name__ == "__main__":
    main()
