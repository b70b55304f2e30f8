"""The commands that ask and show: each reads its words, asks the project, prints or writes. Knows no HTTP."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kg.cli_print import Refused, hand_over, rows_json, width
from kg.cli_web import asks_endpoint
from kg.problem import echo, hint_of
from kg.project import Project

FORMATS = ("table", "plain", "csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld")
FOLDER = click.Path(exists=True, file_okay=False)


class Day(click.DateTime):
    """A day, or the first of a month or year."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the day that a text names; fails in words, where click would show the patterns."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"'{value}' is no day, month or year, which are written 2006-01-31, 2006-01 and 2006", param, ctx)


DAY = Day(["%Y-%m-%d", "%Y-%m", "%Y"])


@click.command()
@click.argument("name", required=False, metavar="[NAME|FILE|-]")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Fill a parameter.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: table on a terminal, else plain.")
@click.option("--iris", is_flag=True, help="Show prefixed names in place of labels.")
@click.option("--lang", default="en", help="Language of labels.")
@asks_endpoint
@click.pass_obj
def query(project: Project, name: str | None, given: Sequence[str], form: str, iris: bool, lang: str) -> None:
    """Ask a saved query, a file of SPARQL, or SPARQL from standard input (-).

    Without a name, list the saved queries. csv, tsv, json and xml are the exact SPARQL 1.1 results.
    """
    from kg import answer
    from kg.queries import unknown_name

    if name is None:
        click.echo(answer.listing(project, width()))
        return
    saved, pairs, dataset = answer.question(project, name), _pairs(given), project.dataset()
    text = answer.asked(dataset, saved, pairs, form, lang, iris, width(), sys.stdout.isatty())
    hand_over(text, None, project.root)  # click would take escape sequences out of exact results
    if problem := unknown_name(dataset, saved, pairs):
        place = f"{echo(problem.span.path)}:{problem.span.line}:{problem.span.column}"
        said = f"The answer is empty, and {problem.message} ({place})"
        click.echo(": ".join(filter(None, (said, hint_of(problem)))), err=True)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    """Returns the parameters that `-p NAME=VALUE` give."""
    if wrong := [text for text in given if "=" not in text]:
        raise click.UsageError(f"-p takes NAME=VALUE, not '{wrong[0]}'")
    pairs = dict(text.split("=", 1) for text in given)
    if len(pairs) < len(given):
        raise click.UsageError("-p gives one parameter twice")
    return pairs


@click.command()
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
    hand_over(text, output, project.root)


@click.command()
@click.option("-o", "--output", default="build/network.html", show_default=True, help="The file to write.")
@click.option("--query", "name", metavar="NAME|FILE|-", help="Open on what a SELECT or CONSTRUCT answers.")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Fill a parameter of the query.")
@click.option("--about", metavar="ENTITY", help="Open on this entity.")
@click.option("--depth", type=click.IntRange(min=0), default=1, show_default=True, help="Steps around it.")
@click.option("--at", type=DAY, metavar="DAY", help="Open at this day: 2006-01-01, 2006-01 or 2006.")
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
@asks_endpoint
@click.pass_obj
def view(project: Project, output: str, show: bool, name: str | None, given: Sequence[str], **options: Any) -> None:
    """Write the network as one HTML file that needs no connection."""
    from kg import answer
    from kg.view import ViewUnavailable

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
    try:
        page = project.view(**options).html
    except ViewUnavailable as error:
        raise click.ClickException(str(error)) from None
    hand_over(page, path, project.root)
    if show:
        click.launch(Path(path).resolve().as_uri())


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="SENTENCE|STATEMENT")
@click.option("--documents", type=FOLDER, metavar="DIR", help="Show the passages from the documents in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def why(project: Project, words: Sequence[str], documents: str | None, as_json: bool) -> None:
    """Lead a sentence or statement back to file and line, source and passage, or to its rule."""
    from kg import why as reasons

    found = reasons.reasons(project.corpus, project.root, project.dataset(), " ".join(words), documents)
    if as_json:
        click.echo(rows_json([asdict(reason) for reason in found]))
    else:
        click.echo(reasons.as_text(found, " ".join(words), width()))
    sys.exit(0 if found else 1)


@click.command()
@click.option("--documents", type=FOLDER, metavar="DIR", help="Their folder. Default: the dataset's own.")
@click.option("--all", "everything", is_flag=True, help="Show every sentence, not only those that are neither.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def coverage(project: Project, documents: str | None, everything: bool, as_json: bool) -> None:
    """Show which sentences of each document are cited, set aside, or neither."""
    from kg import coverage as reading

    found = project.coverage(documents)
    if as_json:
        click.echo(rows_json([asdict(ledger) for ledger in found]))
    else:
        click.echo(reading.as_text(found, width(), everything=everything))
    sys.exit(1 if any(ledger.count(reading.NEITHER) for ledger in found) else 0)


@click.command()
@click.option("--kind", "kinds", multiple=True, help="Only this kind, such as contradicts. May be repeated.")
@click.option("--about", default="", metavar="WORDS", help="Only what speaks of this entity, verb or words.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def disagreements(project: Project, kinds: Sequence[str], about: str, as_json: bool) -> None:
    """Show where sources or speakers differ, typed: nothing is voted away."""
    from kg import answer, disagree

    if wrong := [kind for kind in kinds if kind not in disagree.KINDS]:
        raise click.UsageError(f"no kind is called '{wrong[0]}': {', '.join(disagree.KINDS)}")
    found = project.disagreements()
    if about:
        found = disagree.about(project.dataset(), found, about, project.ontology.verb_labels)
    found = [d for d in found if not kinds or d.kind in kinds]
    if as_json:
        click.echo(rows_json([asdict(one) for one in found]))
    else:
        click.echo(answer.disagreements_text(found, width()))


@click.command()
@click.argument("words", nargs=-1)
@click.option("--lang", default="en", help="Language of labels.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def terms(project: Project, words: Sequence[str], lang: str, as_json: bool) -> None:
    """Browse the classes, verbs and units that facts may use; with words, those that hold them."""
    from kg import glossary

    found = glossary.terms(project.ontology, " ".join(words), lang, project.root)
    if as_json:
        click.echo(rows_json([asdict(term) for term in found]))
    else:
        click.echo(glossary.as_text(found, width(), " ".join(words), cut=sys.stdout.isatty()))
    sys.exit(0 if found else 1)


@click.command()
@click.argument("code", required=False)
@click.pass_obj
def explain(project: Project, code: str | None) -> None:
    """Say what a problem means and how to mend it; without a code, list the codes."""
    from kg import glossary

    text = glossary.explanation(project.root, code, width())
    if text is None:
        from kg.checks import read_checks
        from kg.problem import did_you_mean

        wrong = [p for p in read_checks(project.root)[1] if p.span.path == f"ontology/checks/{code}.rq"]
        if wrong:
            raise Refused(wrong, project.root)
        hint = did_you_mean(code or "", glossary.codes(project.root)) or "`kg explain` lists them"
        raise click.UsageError(f"no problem has the code '{code}'; {hint}")
    click.echo(text)


COMMANDS = (query, export, view, why, coverage, disagreements, terms, explain)
