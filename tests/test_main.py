"""Where the program begins: Ctrl-C in its first moment ends it quietly, and a shell that has it ignored is heeded."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib

from conftest import ROOT

SLOW = """
import runpy, signal, sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "kg.cli":
            print("reading", flush=True)
            time.sleep(30)
sys.meta_path.insert(0, Slow())
"""
SEEN = """
import signal, sys, types
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.modules["kg.cli"] = types.SimpleNamespace(main=lambda: print(signal.getsignal(signal.SIGINT).name))
from kg.__main__ import main
main()
"""


def test_ctrl_c_while_the_program_is_read_in_ends_it_quietly() -> None:
    """Exit 130 and not a word, however little of it there is yet, by both of its names."""
    for begin in ("runpy.run_module('kg', run_name='__main__')", "from kg.__main__ import main; main()"):
        child = [sys.executable, "-c", SLOW + begin]
        with subprocess.Popen(child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
            assert program.stdout.readline() == "reading\n"  # type: ignore[union-attr]
            program.send_signal(signal.SIGINT)
            assert program.communicate(timeout=10) == ("", "")
            assert program.returncode == 130


def test_the_command_begins_there() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"kg": "kg.__main__:main"}


def test_where_ctrl_c_is_ignored_it_stays_so() -> None:
    """A shell has it ignored by what runs in the background of a script."""
    done = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, check=True)
    assert done.stdout == "SIG_IGN\n"


def test_nothing_is_read_in_before_ctrl_c_is_heard() -> None:
    """What the package itself imports would be the time in which Ctrl-C shows a traceback."""
    code = "import sys; before = set(sys.modules); import kg; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "__future__ kg\n"
