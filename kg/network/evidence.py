"""Who says so, and where: the evidence nodes of a store as records. Knows no facts and no network."""

from __future__ import annotations

from typing import Any

from kg.locator import Locator
from kg.network.columns import Columns
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS

_AUTHORS = (KG + "writtenBy", KG + "author", DCTERMS + "creator")
_PUBLISHED = (KG + "publishedOn", KG + "writtenOn", DCTERMS + "date")


def evidence_of(columns: Columns) -> dict[str, dict[str, Any]]:
    """Returns every evidence node as a record, keyed by its IRI."""
    documents, selectors = columns.single(PROV + "hadPrimarySource"), columns.single(OA + "hasSelector")
    status, rank, note, chain = (columns.single(KG + name) for name in ("status", "rank", "note", "speakers"))
    speaker, relays = columns.column(KG + "speaker"), columns.column(KG + "relayedBy")
    locators = _locators(columns)
    about = _documents(columns)
    found = {}
    for name, document in documents.items():
        ids = [columns.base + part for part in chain[name].split(" < ")] if name in chain else []
        speakers = ids or [term.value for term in (*speaker.get(name, ()), *relays.get(name, ()))]
        found[name] = {
            "iri": name,
            "source": document,
            "source_label": columns.label(document),
            **about(document),
            **locators.get(selectors.get(name, ""), {"locator": "", "quote": "", "fragment": "", "chars": []}),
            "speakers": [columns.label(who) for who in speakers],
            "speaker_iris": speakers,
            "status": columns.tail(status.get(name, "asserted")),
            "rank": columns.tail(rank.get(name, "normal")),
            "note": note.get(name, ""),
        }
    return found


def _locators(columns: Columns) -> dict[str, dict[str, Any]]:
    """Returns what each selector says: the locator as written, a whole quoted passage, a URL's text fragment, and the
    passage's first character and the one behind its last, in the document's file, where they are known.
    """
    written, quoted, values = (
        columns.single(RDFS + "label"),
        columns.single(OA + "exact"),
        columns.single(RDF + "value"),
    )
    starts, ends = columns.single(OA + "start"), columns.single(OA + "end")
    return {
        name: {
            "locator": written.get(name) or quoted.get(name) or values.get(name, ""),
            "quote": quoted.get(name, ""),
            "fragment": _fragment(values.get(name, ""), quoted.get(name, "")),
            "chars": _numbers(starts.get(name, ""), ends.get(name, "")),
        }
        for name in written.keys() | quoted.keys() | values.keys()
    }


def _numbers(*texts: str) -> list[int]:
    return [int(text) for text in texts] if all(text.isascii() and text.isdigit() for text in texts) else []


def _fragment(value: str, quoted: str) -> str:
    """Returns the text fragment that leads to a passage: as the graph has it, else of the words that it quotes."""
    if not value and quoted:
        return Locator("fragment", quoted).fragment
    return value if value.startswith(":~:") else ""


def _documents(columns: Columns) -> Any:
    """Returns a function from a document to who wrote it, when, when it was posted, where it can be read, on which
    lines; `dataset` where it is none but the project itself, whose makers say so.
    """
    authors = [columns.column(name) for name in _AUTHORS]
    dates, posted = [columns.single(name) for name in _PUBLISHED], _postings(columns)
    urls, files, lines = (columns.single(KG + name) for name in ("url", "file", "lines"))

    def about(document: str) -> dict[str, Any]:
        writers = next((column[document] for column in authors if document in column), [])
        return {
            "authors": [columns.text(term) for term in writers],
            "date": next((column[document] for column in dates if document in column), ""),
            "posted": posted.get(document, ""),
            "dataset": columns.classes.get(document) == KG + "Dataset",
            "url": urls.get(document, ""),
            "file": files.get(document, ""),
            "lines": lines.get(document, ""),
        }

    return about


def _postings(columns: Columns) -> dict[str, str]:
    """Returns the first day on which each document was posted: a posting is a statement, its day a qualifier."""
    days, found = columns.single(KG + "on"), dict[str, str]()
    for name, (subject, predicate, _) in columns.about.items():
        if predicate == KG + "postedBy" and name in days:
            found[subject] = min(found.get(subject, days[name]), days[name])
    return found
