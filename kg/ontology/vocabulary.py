"""Which terms there are: text of Turtle or SPARQL in, each term in it that no vocabulary has out. Knows no grammar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kg.problem import Problem, Span, echo
from kg.terms import KG, OWL, RDF, RDFS, SKOS, XSD

_WORDS = {
    RDF: (
        "Alt Bag CompoundLiteral HTML JSON List PlainLiteral Property Seq Statement XMLLiteral direction first "
        "langString language nil object predicate rest subject type value"
    ),
    RDFS: (
        "Class Container ContainerMembershipProperty Datatype Literal Resource comment domain isDefinedBy label "
        "member range seeAlso subClassOf subPropertyOf"
    ),
    OWL: (
        "AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty AsymmetricProperty Axiom "
        "Class DataRange DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty "
        "InverseFunctionalProperty IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing "
        "ObjectProperty Ontology OntologyProperty ReflexiveProperty Restriction SymmetricProperty Thing "
        "TransitiveProperty allValuesFrom annotatedProperty annotatedSource annotatedTarget assertionProperty "
        "backwardCompatibleWith bottomDataProperty bottomObjectProperty cardinality complementOf datatypeComplementOf "
        "deprecated differentFrom disjointUnionOf disjointWith distinctMembers equivalentClass equivalentProperty "
        "hasKey hasSelf hasValue imports incompatibleWith intersectionOf inverseOf maxCardinality "
        "maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass onDataRange onDatatype "
        "onProperties onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith qualifiedCardinality "
        "rational real sameAs someValuesFrom sourceIndividual targetIndividual targetValue topDataProperty "
        "topObjectProperty unionOf versionIRI versionInfo withRestrictions"
    ),
    SKOS: (
        "Collection Concept ConceptScheme OrderedCollection altLabel broadMatch broader broaderTransitive changeNote "
        "closeMatch definition editorialNote exactMatch example hasTopConcept hiddenLabel historyNote inScheme "
        "mappingRelation member memberList narrowMatch narrower narrowerTransitive notation note prefLabel related "
        "relatedMatch scopeNote semanticRelation topConceptOf"
    ),
    XSD: (
        "ENTITIES ENTITY ID IDREF IDREFS NCName NMTOKEN NMTOKENS NOTATION Name QName anyAtomicType anySimpleType "
        "anyType anyURI base64Binary boolean byte date dateTime dateTimeStamp dayTimeDuration decimal double duration "
        "float fractionDigits gDay gMonth gMonthDay gYear gYearMonth hexBinary int integer language length long "
        "maxExclusive maxInclusive maxLength minExclusive minInclusive minLength negativeInteger nonNegativeInteger "
        "nonPositiveInteger normalizedString pattern positiveInteger short string time token totalDigits unsignedByte "
        "unsignedInt unsignedLong unsignedShort untypedAtomic whiteSpace yearMonthDuration"
    ),
}

NAMES = {namespace: frozenset(words.split()) for namespace, words in _WORDS.items()}
"""Namespace to all names in it, of the vocabularies in which an ontology is written; no others are judged."""

_LAID_OUT = (
    "Disagreement Evidence Quantity Statement alleged amount asserted beginOfBegin beginOfEnd denied deprecated "
    "digest endOfBegin endOfEnd evidence kind lowerBound member normal note predicted preferred rank relayedBy "
    "speaker speakers status threatened unit upperBound"
)

LAYOUT = frozenset(_LAID_OUT.split())
"""Names in the namespace of kg that the graph has whatever its ontology says."""

_SPOKEN = {RDF: "RDF", RDFS: "RDFS", OWL: "OWL", SKOS: "SKOS", XSD: "XML Schema", KG: "the ontology"}

_TOKEN = re.compile(
    r"""
      \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*' | \#[^\r\n]* | [?$]\w+
    | (?<![\w:.\-])@?prefix\s+(?P<declared>(?:[^\W\d_][\w.\-]*)?):\s*<(?P<namespace>[^<>]*)>
    | <(?P<iri>[^<>"{}|^`\\\x00-\x20]*)>
    | (?P<prefix>(?:[^\W\d_][\w.\-]*)?):(?P<local>[\w.\-:%\\]*(?<!\.))
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
"""What is no term: quoted texts, comments, variables; declarations of prefixes; terms, whole or prefixed."""


def known(own: Iterable[str]) -> dict[str, frozenset[str]]:
    """Returns namespace to names of all terms that can be judged; `own` are the IRIs that the ontology declares."""
    return {**NAMES, KG: LAYOUT.union(iri[len(KG) :] for iri in own if iri.startswith(KG))}


def strays(iris: Iterable[str], names: Mapping[str, frozenset[str]]) -> set[str]:
    """Returns those of the IRIs that are in one of the namespaces and are no term of it."""
    found = set()
    for iri in iris:
        namespace, mark, local = iri.rpartition("#")
        terms = names.get(namespace + mark)
        if terms is not None and local not in terms and local and not (local[0] == "_" and local[1:].isdecimal()):
            found.add(iri)
    return found


def unknown_terms(
    text: str, path: str, names: Mapping[str, frozenset[str]], prefixes: Mapping[str, str]
) -> dict[str, Problem]:
    """Returns the problem with each term in Turtle or SPARQL that its vocabulary does not have, by the term's IRI.

    It is where the term first stands. `prefixes` are those that need no declaration there.
    """
    problems: dict[str, Problem] = {}
    for iri, token in _terms(text, prefixes):
        if iri not in problems and strays((iri,), names):
            problems[iri] = _unknown(iri, token, text, path, names)
    return problems


def _terms(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Yields the IRI of each term with where it stands; one with an escape is passed over."""
    declared = dict(prefixes)
    for token in _TOKEN.finditer(text):
        if token["namespace"] is not None:
            declared[token["declared"]] = token["namespace"]
        elif token["iri"]:
            yield token["iri"], token
        elif token["local"] and not re.search(r"[%\\]", token["local"]):
            yield declared.get(token["prefix"], "") + token["local"], token


def _unknown(iri: str, token: re.Match[str], text: str, path: str, names: Mapping[str, frozenset[str]]) -> Problem:
    namespace = iri[: iri.rindex("#") + 1]
    before = "" if token["iri"] else f"{token['prefix']}:"
    word = before + iri[len(namespace) :]
    line, begin = text.count("\n", 0, token.start()) + 1, text.rfind("\n", 0, token.start())
    span = Span(path, line, token.start() - begin, len(token[0]))
    near = sorted(before + name for name in names[namespace])
    return Problem("unknown-term", f"{_SPOKEN[namespace]} has no '{echo(word, 60)}'", span, "", word, near)
