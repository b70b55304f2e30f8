"""The command line: each command reads its words, asks the project, prints. Exit 0 fine, 1 problems, 2 usage."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kg import __version__, cli_web
from kg.files import deliver
from kg.problem import Problem, echo, fold, hint_of, in_order, report
from kg.progress import Stages
from kg.project import BuildError, ProblemsFound, Project


class Refused(click.ClickException):
    """Ends a command with problems of the data: exit 1."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem], root: Path) -> None:
        super().__init__("")
        self.problems, self.root = problems, root

    def show(self, file: Any = None) -> None:
        click.echo(_report(self.problems, self.root), err=True)


class Group(click.Group):
    """Turns what can be wrong with data or machine into a clear end of any command."""

    def invoke(self, ctx: click.Context) -> Any:
        from kg.answers import Unanswered
        from kg.query import QueryError
        from kg.view import ViewUnavailable

        try:
            with _all_is_written():
                return super().invoke(ctx)
        except ProblemsFound as found:
            raise Refused(found.problems, ctx.obj.root) from None
        except QueryError as error:
            raise Refused([error.problem], ctx.obj.root) from None
        except (BuildError, Unanswered, ViewUnavailable) as error:
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
    if not Path(folder).is_dir():
        raise click.UsageError(f"there is no folder '{folder}'")
    try:
        ctx.obj = Project(folder)
    except OSError:  # the working folder was deleted
        raise click.UsageError(f"there is no folder '{folder}' any more") from None
    if sys.stderr and sys.stderr.isatty():
        ctx.obj.tell = stages = Stages()
        ctx.call_on_close(stages.close)


def _report(problems: Sequence[Problem], root: Path, width: int = 0, *, everything: bool = False) -> str:
    """Returns problems as people read them, with the lines they are about."""
    texts: dict[str, list[str]] = {}

    def line_of(path: str, number: int) -> str:
        if path not in texts:
            try:
                texts[path] = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                texts[path] = []
        return texts[path][number - 1] if 0 < number <= len(texts[path]) else ""

    limit = len(problems) if everything else None
    return report(problems, line_of, width or min(_width(), 120), limit)


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _as_json(problems: Sequence[Problem]) -> str:
    return _json(
        {**p.span._asdict(), "code": p.code, "message": p.message, "hint": hint_of(p)} for p in in_order(problems)
    )


def _json(rows: Iterable[Any]) -> str:
    """Returns rows as JSON; what of a file's name is no text is escaped as JSON escapes it."""
    text = json.dumps(list(rows), ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace").decode()


@main.command()
@click.option("--documents", metavar="DIR", help="Check each locator against the documents in this folder.")
@click.option("--lock", is_flag=True, help="Keep where each locator was found in facts/locators.lock.")
@click.option("--all", "everything", is_flag=True, help="Show every problem, not five of each code.")
@click.option("--again", is_flag=True, help="Check even if nothing changed since it was clean.")
@click.option("--json", "as_json", is_flag=True, help="Print problems as JSON.")
@click.pass_obj
def check(project: Project, documents: str, lock: bool, everything: bool, again: bool, as_json: bool) -> None:
    """Say everything that is wrong: file, line, column, and what would mend it."""
    if lock and not documents:
        raise click.UsageError("--lock needs --documents DIR")
    problems = project.check(documents, lock=lock, again=again)
    if as_json:
        click.echo(_as_json(problems))
    elif problems:
        click.echo(_report(problems, project.root, everything=everything))
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
    click.echo(f"{echo(about['title'])}\n{counts}\nbuild {about['id']} in {_shown(made.path)}")


def _shown(path: Path) -> str:
    """Returns a path as one would type it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


FORMATS = ("table", "plain", "csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld")


@main.command()
@click.argument("name", required=False, metavar="[NAME|FILE|-]")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Fill a parameter.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: table on a terminal, else plain.")
@click.option("--iris", is_flag=True, help="Show prefixed names in place of labels.")
@click.option("--lang", default="en", help="Language of labels.")
@cli_web.asks_endpoint
@click.pass_obj
def query(project: Project, name: str | None, given: Sequence[str], form: str, iris: bool, lang: str) -> None:
    """Ask a saved query, a file of SPARQL, or SPARQL from standard input (-).

    Without a name, list the saved queries. csv, tsv, json and xml are the exact SPARQL 1.1 results.
    """
    from kg import answer

    if name is None:
        click.echo(answer.listing(project, _width()))
        return
    text = answer.asked(project, name, _pairs(given), form, lang, iris, _width(), sys.stdout.isatty())
    _deliver(text, None, project.root)  # click would take escape sequences out of exact results


def _pairs(given: Sequence[str]) -> dict[str, str]:
    """Returns the parameters that `-p NAME=VALUE` give."""
    if wrong := [text for text in given if "=" not in text]:
        raise click.UsageError(f"-p takes NAME=VALUE, not '{wrong[0]}'")
    pairs = dict(text.split("=", 1) for text in given)
    if len(pairs) < len(given):
        raise click.UsageError("-p gives one parameter twice")
    return pairs


@main.command()
@click.argument("format_name", metavar="FORMAT")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file, whole or not at all.")
@click.option("--inferred", is_flag=True, help="Add what rules infer (formats with graphs always have it).")
@click.pass_obj
def export(project: Project, format_name: str, output: str | None, inferred: bool) -> None:
    """Write the graph as turtle, trig, ntriples, nquads, jsonld, rdfxml, graphml, gexf, csv or turtle12.

    turtle12 is RDF 1.2 with annotations. A cell of the CSV that could run as a formula begins with an apostrophe.
    """
    from kg import write

    try:
        text = project.export(format_name, inferred=inferred)
    except write.UnknownFormat as error:
        raise click.UsageError(str(error)) from None
    except write.Unwritable as error:
        raise click.ClickException(str(error)) from None
    _deliver(text, output, project.root)


def _deliver(text: str, output: str | None, root: Path) -> None:
    """Prints a text, or writes it to a file; '-' is standard output. Refuses the folders that kg reads or keeps."""
    if output in (None, "-"):
        sys.stdout.buffer.write(text.encode())
        return
    if not output:
        raise click.UsageError("-o names no file")
    path = Path(os.path.realpath(output))
    for folder in ("facts", "ontology", "queries", "build/builds"):
        if path.is_relative_to(os.path.realpath(root / folder)):
            raise click.UsageError(f"-o would write into {folder}/, which kg itself reads")
    try:
        deliver(text, path)
    except OSError as error:
        raise click.ClickException(f"{echo(output)}: {error.strerror}") from None
    click.echo(f"{echo(_shown(Path(output)))} ({len(text.encode()):,} bytes)", err=True)


FOLDER = click.Path(exists=True, file_okay=False)


@main.command()
@click.option("-o", "--output", default="build/network.html", show_default=True, help="The file to write.")
@click.option("--query", "name", metavar="NAME|FILE|-", help="Open on what a SELECT or CONSTRUCT answers.")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Fill a parameter of the query.")
@click.option("--about", metavar="ENTITY", help="Open on this entity.")
@click.option("--depth", default=1, show_default=True, help="Steps around it.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Open at this day: 2006-01-01.")
@click.option("--lang", default="en", type=click.Choice(["en", "es"]), help="Language of the page.")
@click.option("--title", help="Heading of the page.")
@click.option(
    "--renderer",
    default="auto",
    type=click.Choice(["auto", "vis", "canvas"]),
    help="What draws; auto takes canvas, which is fast, for big networks.",
)
@click.option("--documents", type=FOLDER, metavar="DIR", help="Give each passage its lines in these documents.")
@click.option("--with-passages", is_flag=True, help="Put the words of each passage into the page too.")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@cli_web.asks_endpoint
@click.pass_obj
def view(project: Project, output: str, show: bool, name: str | None, given: Sequence[str], **options: Any) -> None:
    """Write the network as one HTML file that needs no connection."""
    from kg import answer

    if given and name is None:
        raise click.UsageError("-p needs --query")
    path = str(project.root / output) if output == "build/network.html" else output
    if show and path in ("", "-"):
        raise click.UsageError("--open needs a file")
    if project.endpoint and output == "build/network.html":
        Path(path).parent.mkdir(exist_ok=True)
    options["at"] = f"{options['at']:%Y-%m-%d}" if options["at"] else None
    if name is not None:
        options |= {"query": answer.question(project, name), "parameters": _pairs(given)}
    _deliver(project.view(**options).html, path, project.root)
    if show:
        click.launch(Path(path).resolve().as_uri())


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="SENTENCE|STATEMENT")
@click.option("--documents", type=FOLDER, metavar="DIR", help="Show the passages from the documents in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def why(project: Project, words: Sequence[str], documents: str | None, as_json: bool) -> None:
    """Lead a sentence or statement back to file and line, source and passage, or to its rule."""
    from kg import why as reasons

    found = reasons.reasons(project.corpus, project.root, project.dataset(), " ".join(words), documents)
    if as_json:
        click.echo(_json([asdict(reason) for reason in found]))
    else:
        click.echo(reasons.as_text(found, " ".join(words), _width()))
    sys.exit(0 if found else 1)


@main.command()
@click.option("--documents", type=FOLDER, metavar="DIR", help="Their folder. Default: the dataset's own.")
@click.option("--all", "everything", is_flag=True, help="Show every sentence, not only those that are neither.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def coverage(project: Project, documents: str | None, everything: bool, as_json: bool) -> None:
    """Show which sentences of each document are cited, set aside, or neither."""
    from kg import coverage as reading

    found = project.coverage(documents)
    if as_json:
        click.echo(_json([asdict(ledger) for ledger in found]))
    else:
        click.echo(reading.as_text(found, _width(), everything=everything))
    sys.exit(1 if any(ledger.count(reading.NEITHER) for ledger in found) else 0)


@main.command()
@click.option("--kind", "kinds", multiple=True, help="Only this kind, such as contradicts. May be repeated.")
@click.option("--about", default="", metavar="WORDS", help="Only questions that hold these words.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def disagreements(project: Project, kinds: Sequence[str], about: str, as_json: bool) -> None:
    """Show where sources or speakers differ, typed: nothing is voted away."""
    from kg import answer, disagree

    if wrong := [kind for kind in kinds if kind not in disagree.KINDS]:
        raise click.UsageError(f"no kind is called '{wrong[0]}': {', '.join(disagree.KINDS)}")
    found = [d for d in project.disagreements() if not kinds or d.kind in kinds]
    found = [d for d in found if fold(about) in fold(" ".join((d.question, *d.values)))]
    if as_json:
        click.echo(_json([asdict(one) for one in found]))
    else:
        click.echo(answer.disagreements_text(found, _width()))


@main.command()
@click.argument("words", nargs=-1)
@click.option("--lang", default="en", help="Language of labels.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def terms(project: Project, words: Sequence[str], lang: str, as_json: bool) -> None:
    """Browse the classes and verbs that facts may use; with words, those that hold them."""
    from kg import glossary

    found = glossary.terms(project.ontology, " ".join(words), lang)
    shown = _json([asdict(t) for t in found]) if as_json else glossary.as_text(found, _width())
    click.echo(shown)
    sys.exit(0 if found else 1)


@main.command()
@click.argument("code", required=False)
@click.pass_obj
def explain(project: Project, code: str | None) -> None:
    """Say what a problem means and how to mend it; without a code, list the codes."""
    from kg import glossary

    text = glossary.explanation(project.root, code)
    if text is None:
        from kg.check import read_checks
        from kg.problem import did_you_mean

        wrong = [p for p in read_checks(project.root)[1] if p.span.path == f"ontology/checks/{code}.rq"]
        if wrong:
            raise Refused(wrong, project.root)
        hint = did_you_mean(code or "", glossary.codes(project.root)) or "`kg explain` lists them"
        raise click.UsageError(f"no problem has the code '{code}'; {hint}")
    click.echo(text)


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
    click.echo(f"Made {folder}. Next:\n  kg -C {folder} check\n  kg -C {folder} query who-says\n  kg -C {folder} view")


for command in cli_web.COMMANDS:
    main.add_command(command)


def _stop(number: int, frame: object) -> None:
    """Ends the process as a signal asks, by way of every `finally`, so that nothing half-made stays."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
