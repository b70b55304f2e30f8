"""The commands that speak HTTP: each reads its words and hands them on. The libraries come with the `serve` extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kg.project import Project

NEEDED = ("starlette", "uvicorn", "uvloop", "httptools", "jinja2", "httpx")


def asks_endpoint(command: Any) -> Any:
    """Gives a command the options that have an endpoint asked in place of the project's own build."""

    def take(ctx: click.Context, option: click.Parameter, value: str) -> None:
        setattr(ctx.obj, str(option.name), value)

    base = click.option(
        "--base", default="", metavar="IRI", help="Which dataset of the endpoint.", callback=take, expose_value=False
    )
    text = "Ask this SPARQL endpoint instead."
    endpoint = click.option("--endpoint", default="", metavar="URL", help=text, callback=take, expose_value=False)
    return endpoint(base(command))


def require_libraries() -> None:
    """Ends a command clearly where the `serve` extra is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(f"this needs {', '.join(missing)}: pip install 'kg[serve]'")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--root-path", default="", metavar="PATH", help="Where a proxy in front puts it: /kg.")
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS", help="Believe its X-Forwarded-For, no other's.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Answer under this name too.")
@click.option("--cors", "origins", multiple=True, metavar="ORIGIN", help="Let pages of this site ask; '*' for any.")
@click.option("--timeout", default=10.0, show_default=True, help="Seconds that one query may run.")
@click.option("--workers", default=16, show_default=True, help="Queries that run at once.")
@click.option("--data", multiple=True, metavar="FILE", help="Serve this RDF file as it is, without a project.")
@asks_endpoint
@click.option("--quiet", is_flag=True, help="No access log.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.pass_obj
def serve(project: Project, data: Sequence[str], files: Sequence[str], **options: Any) -> None:
    """Serve pages, linked data and SPARQL over HTTP, on this machine only unless told otherwise.

    Builds first where facts are newer, and takes up each later build while it runs. FILE follows --data.
    """
    require_libraries()
    from kg.serve import start

    if files and not data:
        raise click.UsageError("files are served with --data FILE…")
    if data and project.endpoint:
        raise click.UsageError("--data and --endpoint are two different things to serve")
    source: dict[str, Any] | None = {"files": [*data, *files]} if data else None
    if project.endpoint:
        source = {"endpoint": project.endpoint, "base": project.base, "root": str(project.root)}
    try:
        start.serve(project, source, click.echo, **options)
    except start.NotServed as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.option("--endpoint", required=True, metavar="URL", help="Where the store is asked SPARQL.")
@click.option("--store", default="", metavar="URL", help="Where it takes graphs. Default: found beside the endpoint.")
@click.option("--graph", default="", metavar="IRI|WORD", help="Put facts into this graph, not the default one.")
@click.option("--auth", default="", metavar="USER:PASSWORD", help="Better said by the environment: KG_AUTH.")
@click.option("--again", is_flag=True, help="Send even what has arrived.")
@click.option("--replace", is_flag=True, help="Put facts in the place of what else their graph holds.")
@click.option("--chunk", default=16, show_default=True, metavar="MB", help="Megabytes sent at once.")
@click.pass_obj
def publish(project: Project, endpoint: str, store: str, graph: str, auth: str, again: bool, **options: Any) -> None:
    """Load the graph into a store, by the SPARQL 1.1 Graph Store Protocol.

    Builds first where facts are newer. Facts go to the default graph or to the one that --graph names, inferences and
    ontology to graphs of their own. A publication that broke off goes on where it was; at the end all is counted there.
    """
    from kg import publish as sending

    if not 1 <= options["chunk"] <= 1024:
        raise click.UsageError("--chunk is 1 to 1024 megabytes")
    build = project.build(verify=True)
    named = sending.graph_named(build, graph)
    target = sending.Target(endpoint, store, named, auth, options["replace"], options["chunk"] * 1_000_000)
    for one in sending.publish(project.root, build, target, project.tell, again=again):
        done = "" if one.sent else ", as before"
        click.echo(f"{one.triples:,} triples in {sending.place_of(one.graph)}{done}")
    project.tell("")
    click.echo(f"build {build.manifest['id']} is at {endpoint}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--lang", default="en", show_default=True, help="Language of labels, where the ontology has it.")
@click.pass_obj
def site(project: Project, folder: Path, lang: str) -> None:
    """Write the pages as files into DIR, for any web server; SPARQL is then answered in the reader's browser.

    Builds first where facts are newer. DIR is new, empty, or an earlier site, in whose place the new one is put.
    """
    require_libraries()
    from kg.serve.site.build import NotWritten, refuse_foreign, write

    if project.endpoint:
        raise click.UsageError("a site is made of a project's own build, not of an endpoint")
    try:
        refuse_foreign(folder)
        project.build()
        written = write(project.root, folder, lang, project.tell)
    except NotWritten as error:
        raise click.ClickException(str(error)) from None
    project.tell("")
    for line in written.remarks():
        click.echo(line, err=True)
    click.echo(f"Wrote {written.files:,} files, {written.bytes / 1_000_000:,.1f} MB, to {folder}")


COMMANDS = (serve, publish, site)
