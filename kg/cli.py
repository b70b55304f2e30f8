"""The command line: each command reads its words, asks the project, prints. Exit 0 fine, 1 problems, 2 usage."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from kg import __version__
from kg.cli_print import Refused, problems_json, problems_text, shown
from kg.problem import echo
from kg.progress import Stages
from kg.project import ProblemsFound, Project
from kg.store import BuildError


class Group(click.Group):
    """The commands; turns what can be wrong with data or machine into a clear end of any of them."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns a command by its name; only those in this file start without reading the others."""
        return super().get_command(ctx, cmd_name) or self._whole().get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of all commands, sorted."""
        return sorted(self._whole())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes each command with the whole of its first sentence; click would cut it to one line."""
        commands = self._whole()
        with formatter.section("Commands"):
            formatter.write_dl([(name, commands[name].get_short_help_str(1000)) for name in sorted(commands)])

    def _whole(self) -> dict[str, click.Command]:
        from kg import cli_show, cli_web

        for command in (*cli_show.COMMANDS, *cli_web.COMMANDS):
            self.add_command(command)
        return self.commands

    def invoke(self, ctx: click.Context) -> Any:
        from kg.answers import Unanswered
        from kg.query import QueryError

        try:
            with _all_is_written():
                return super().invoke(ctx)
        except ProblemsFound as found:
            raise Refused(found.problems, ctx.obj.root) from None
        except QueryError as error:
            raise Refused([error.problem], ctx.obj.root, error.text) from None
        except (BuildError, Unanswered) as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)


@contextlib.contextmanager
def _all_is_written() -> Iterator[None]:
    """Ends a command clearly where what it prints cannot be written; a closed pipe is click's to end quietly."""
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        if error.filename is None:
            with contextlib.suppress(OSError):  # what is still to be flushed at the end goes nowhere
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.ClickException(f"{error.filename or 'output'}: {error.strerror or error}") from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="kg")
@click.option("-C", "folder", default=".", metavar="DIR", help="The project's folder. Default: this one.")
@click.pass_context
def main(ctx: click.Context, folder: str) -> None:
    """Sourced facts to a graph that answers: one sentence a fact, each leading back to its passage."""
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there may be something to clean up
    if not Path(folder).is_dir():
        raise click.UsageError(f"there is no folder '{folder}'")
    try:
        ctx.obj = Project(folder)
    except OSError:  # the working folder was deleted
        raise click.UsageError(f"there is no folder '{folder}' any more") from None
    if sys.stderr and sys.stderr.isatty():
        ctx.obj.tell = stages = Stages()
        ctx.call_on_close(stages.close)


@main.command()
@click.option("--documents", metavar="DIR", help="Check each locator against the documents in this folder.")
@click.option("--lock", is_flag=True, help="Keep where each locator was found in facts/locators.lock.")
@click.option("--all", "everything", is_flag=True, help="Show every problem, not five of each code.")
@click.option("--again", is_flag=True, help="Check even if nothing changed since it was clean.")
@click.option("--json", "as_json", is_flag=True, help="Print problems as JSON.")
@click.pass_obj
def check(project: Project, documents: str, lock: bool, everything: bool, again: bool, as_json: bool) -> None:
    """Say everything that is wrong: file, line, column, and what would mend it."""
    if lock and not (documents or project.corpus.dataset.documents):
        raise click.UsageError("--lock needs --documents DIR, or `documents:` in the dataset's entry")
    problems = project.check(documents, lock=lock, again=again)
    if as_json:
        click.echo(problems_json(problems))
    elif problems:
        click.echo(problems_text(problems, project.root, everything=everything))
        if project.waiting:
            click.echo("Checks, shapes and saved queries wait until this is mended.")
    else:
        click.echo("No problems.")
        if project.unlocked:
            click.echo(f"{project.unlocked} passages were not looked up: --documents DIR does, --lock remembers.")
    sys.exit(1 if problems else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the build's manifest as JSON.")
@click.pass_obj
def build(project: Project, as_json: bool) -> None:
    """Build the graph into build/; readers see the old one or the new one, never half."""
    made = project.build(verify=True)
    about = made.manifest
    if as_json:
        click.echo(json.dumps({**about, "path": str(made.path)}, indent=1, sort_keys=True))
        return
    counts = f"{about['facts']:,} facts, {about['statements']:,} statements, {about['entities']:,} entities"
    click.echo(f"{echo(about['title'])}\n{counts}\nbuild {about['id']} in {shown(made.path)}")
    if not project.is_checked():
        click.echo("not checked: `kg check` holds it against passages, checks, shapes and queries", err=True)


@main.command()
@click.argument("folder", type=click.Path())
def new(folder: str) -> None:
    """Make a project: the ontology, one example file of facts, one query."""
    from kg import start

    try:
        start.make(Path(folder))
    except FileExistsError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    kg = f"kg -C {shlex.quote(folder)}"
    click.echo(f"Made {folder}. Next:\n  {kg} check\n  {kg} query who-says\n  {kg} view")


def _stop(number: int, frame: object) -> None:
    """Ends the process as a signal asks, by way of every `finally`, so that nothing half-made stays."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
