"""A made-up store as the fact layout writes it: N-Quads text for 50-odd entities around one election, plus hostile ones."""

# ruff: noqa: E501 - a fact a line reads better than a fact in eight
from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

BASE = "https://kg.example/venezuela-2008/"
KG = "https://kg.example/terms#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
OA = "http://www.w3.org/ns/oa#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"

CLASSES = {  # class: (above it, English, Spanish)
    "Person": (None, "person", "persona"),
    "Organization": (None, "organization", "organización"),
    "Party": ("Organization", "party", "partido"),
    "Coalition": ("Group", "coalition", "coalición"),
    "Group": (None, "group", "grupo"),
    "Current": ("Group", "political current", "corriente política"),
    "Company": ("Organization", "company", "empresa"),
    "Medium": ("Organization", "medium", "medio"),
    "Office": (None, "office", "cargo"),
    "Place": (None, "place", "lugar"),
    "Country": ("Place", "country", "país"),
    "State": ("Place", "state", "estado"),
    "Municipality": ("Place", "municipality", "municipio"),
    "City": ("Place", "city", "ciudad"),
    "Event": (None, "event", "acontecimiento"),
    "Election": ("Event", "election", "elección"),
    "Coup": ("Event", "coup", "golpe de Estado"),
    "Siege": ("Event", "siege", "asedio"),
    "Document": (None, "document", "documento"),
    "Dataset": ("Document", "dataset", "conjunto de datos"),
    "Topic": (None, "topic", "tema"),
}
VERBS = {
    "governs": ("governs", "gobierna"),
    "losesTo": ("loses to", "pierde ante"),
    "defeats": ("defeats", "derrota a"),
    "memberOf": ("is a member of", "es miembro de"),
    "leads": ("leads", "dirige"),
    "standsIn": ("stands in", "se presenta en"),
    "wins": ("wins", "gana"),
    "contests": ("contests", "compite en"),
    "forOffice": ("for office", "para el cargo"),
    "officeOf": ("is an office of", "es un cargo de"),
    "holds": ("holds office", "ocupa el cargo"),
    "partOf": ("part of", "parte de"),
    "locatedIn": ("is located in", "está en"),
    "linkedTo": ("linked to", "vinculado a"),
    "participatesIn": ("takes part in", "participa en"),
    "accusedOf": ("is accused over", "es acusado por"),
    "chargedOver": ("is charged over", "es imputado por"),
    "disqualifiedFrom": ("is disqualified from", "está inhabilitado para"),
    "defectsFrom": ("defects from", "se separa de"),
    "alliedWith": ("is allied with", "es aliado de"),
    "funds": ("funds", "financia"),
    "supports": ("supports", "apoya a"),
    "opposes": ("opposes", "se opone a"),
    "succeeds": ("succeeds", "sucede a"),
    "writtenBy": ("written by", "escrito por"),
    "publishedOn": ("published on", "publicado el"),
    "wonVotes": ("won votes", "obtuvo votos"),
    "hadTurnout": ("had turnout", "tuvo participación"),
    "wonStates": ("won states", "ganó estados"),
    "on": ("on", "el"),
    "from": ("from", "desde"),
    "until": ("until", "hasta"),
    "in": ("in", "en"),
    "share": ("share", "porcentaje"),
    "amount": ("amount", "monto"),
    "as": ("as", "como"),
    "about": ("is about", "trata de"),
    "url": ("url", "dirección"),
    "lines": ("lines", "líneas"),
    "file": ("file", "archivo"),
    "disputes": ("disputes", "disputa"),
    "differentFrom": ("different from", "distinto de"),
}
ENTITIES = [  # id, class, name, aliases
    ("venezuela-2008", "Dataset", "Venezuela's regional elections of 2008", ()),
    ("cabello", "Person", "Diosdado Cabello", ("Cabello", "Diosdado")),
    ("capriles", "Person", "Henrique Capriles Radonski", ("Capriles", "Radonski")),
    ("chavez", "Person", "Hugo Chávez", ("Chavez", "Hugo Chavez")),
    ("ledezma", "Person", "Antonio Ledezma", ("Ledezma",)),
    ("isturiz", "Person", "Aristóbulo Istúriz", ("Isturiz",)),
    ("ocariz", "Person", "Carlos Ocariz", ()),
    ("chacon", "Person", "Jesse Chacón", ("Chacon",)),
    ("rodriguez", "Person", "Jorge Rodríguez", ()),
    ("gonzalez", "Person", "Stalin González", ()),
    ("lopez", "Person", "Leopoldo López", ()),
    ("di-martino", "Person", "Giancarlo Di Martino", ()),
    ("perez", "Person", "Pablo Pérez", ()),
    ("rosales", "Person", "Manuel Rosales", ()),
    ("salas", "Person", "Enrique Salas Feo", ()),
    ("silva", "Person", "Mario Silva", ()),
    ("acosta", "Person", "Felipe Acosta Carlez", ()),
    ("tascon", "Person", "Luis Tascón", ()),
    ("figuera", "Person", "Oscar Figuera", ()),
    ("garcia", "Person", "Ismael García", ()),
    ("sustar", "Person", "Lee Sustar", ()),
    ("maher", "Person", "George Ciccariello-Maher", ()),
    ("afp", "Medium", "AFP", ("Agence France-Presse",)),
    ("solidarity-network", "Organization", "Australia-Venezuela Solidarity Network", ("AVSN",)),
    ("electoral-council", "Organization", "National Electoral Council of Venezuela", ("CNE",)),
    ("ned", "Organization", "National Endowment for Democracy", ("NED",)),
    ("iri", "Organization", "International Republican Institute", ("IRI",)),
    ("usaid", "Organization", "United States Agency for International Development", ("USAID",)),
    ("pdvsa", "Company", "PDVSA", ()),
    ("psuv", "Party", "United Socialist Party of Venezuela", ("PSUV",)),
    ("primero-justicia", "Party", "Primero Justicia", ("PJ",)),
    ("podemos", "Party", "PODEMOS", ()),
    ("pcv", "Party", "Communist Party of Venezuela", ("PCV",)),
    ("ppt", "Party", "Patria para Todos", ("PPT",)),
    ("abp", "Party", "Brave Peoples' Alliance", ()),
    ("opposition", "Coalition", "Venezuelan opposition", ("opposition",)),
    ("endogenous-right", "Current", "endogenous right", ()),
    ("venezuela", "Country", "Venezuela", ()),
    ("cuba", "Country", "Cuba", ()),
    ("miranda", "State", "Miranda", ()),
    ("zulia", "State", "Zulia", ()),
    ("carabobo", "State", "Carabobo", ()),
    ("tachira", "State", "Táchira", ()),
    ("sucre-state", "State", "Sucre (state)", ()),
    ("caracas", "City", "Caracas", ()),
    ("libertador", "Municipality", "Libertador", ()),
    ("sucre-municipality", "Municipality", "Sucre (municipality)", ()),
    ("baruta", "Municipality", "Baruta", ()),
    ("governor-of-miranda", "Office", "governor of Miranda", ()),
    ("mayor-of-caracas", "Office", "metropolitan mayor of Caracas", ()),
    ("president", "Office", "president of Venezuela", ()),
    ("regional-elections-2008", "Election", "regional elections 2008", ()),
    ("regional-elections-2004", "Election", "regional elections 2004", ()),
    ("miranda-2008", "Election", "Miranda governor election 2008", ()),
    ("caracas-2008", "Election", "Caracas metropolitan mayor election 2008", ()),
    ("coup-2002", "Coup", "coup of April 2002", ()),
    ("embassy-siege-2002", "Siege", "siege of the Cuban embassy 2002", ()),
    ("election-news", "Document", "Chávez's party and the opposition share the spoils", ()),
    ("solidarity-statement", "Document", "Another vote for the revolution", ()),
    ("achilles-heel", "Document", "The Achilles' heel of the revolution", ()),
    ("opposition-gains", "Document", "Opposition gains in the regional elections", ()),
    ("party-paper-report", "Document", "A party paper's report on the vote", ()),
    ("communal-power", "Topic", "communal power", ()),
]
SPANISH = {
    "opposition": "oposición venezolana",
    "coup-2002": "golpe de abril de 2002",
    "regional-elections-2008": "elecciones regionales de 2008",
    "psuv": "Partido Socialista Unido de Venezuela",
}


def date(text: str) -> tuple[str, str]:
    return ("date", text)


def text(value: str) -> tuple[str, str]:
    return ("text", value)


def quantity(label: str, amount: str, low: str | None = None, high: str | None = None) -> tuple:
    return ("quantity", label, amount, low, high)


def said(source: str, at: str = "", *speakers: str, status: str = "asserted", note: str = "", rank: str = "") -> dict:
    return {"source": source, "at": at, "speakers": speakers, "status": status, "note": note, "rank": rank}


GAINS, HEEL, NEWS = "opposition-gains", "achilles-heel", "election-news"
STATEMENT, PAPER, EDITORS = "solidarity-statement", "party-paper-report", "venezuela-2008"

# fmt: off
FACTS = [  # subject, verb, object, qualifiers, evidence
    ("cabello", "governs", "miranda", {"from": date("2004"), "until": date("2008-11-23")},
     [said(GAINS, "the incumbent … Cabello"), said(HEEL, "has been governing … four years")]),
    ("cabello", "losesTo", "capriles", {"in": "miranda-2008"},
     [said(GAINS, "was ousted by … Radonski"), said(HEEL, "deliver a heavy … Miranda")]),
    ("capriles", "linkedTo", "embassy-siege-2002", {}, [said(GAINS, "implicated in … embassy", status="alleged")]),
    ("capriles", "participatesIn", "embassy-siege-2002", {"on": date("2002-04")},
     [said(HEEL, "for participating … 2002 coup"), said(EDITORS, "", "capriles", status="denied", note="as he told the court")]),
    ("capriles", "chargedOver", "embassy-siege-2002", {"until": date("2008")},
     [said(HEEL, "charges were dropped", note="dropped in time for the elections")]),
    ("capriles", "wins", "miranda-2008", {"for": "governor-of-miranda"}, [said(GAINS), said(HEEL)]),
    ("capriles", "governs", "miranda", {"from": date("2008-11-23")}, [said(NEWS, status="predicted")]),
    ("capriles", "governs", "baruta", {"until": date("2008-11-23")}, [said(HEEL, "currently mayor of Baruta")]),
    ("capriles", "memberOf", "primero-justicia", {}, [said(HEEL, "both with their origins")]),
    ("cabello", "memberOf", "psuv", {}, [said(HEEL)]),
    ("cabello", "leads", "endogenous-right", {}, [said(HEEL, "quietly heading up", status="alleged")]),
    ("endogenous-right", "partOf", "psuv", {}, [said(HEEL, status="alleged"), said(GAINS, "", "psuv", status="denied")]),
    ("cabello", "participatesIn", "coup-2002", {"as": text("acting vice president"), "on": date("2002-04")},
     [said(HEEL, "to help undermine the coup")]),
    ("cabello", "standsIn", "miranda-2008", {}, [said(GAINS)]),
    ("capriles", "standsIn", "miranda-2008", {}, [said(GAINS)]),
    ("chavez", "leads", "psuv", {"from": date("2008-05")}, [said(STATEMENT, "with Chavez as its president")]),
    ("chavez", "holds", "president", {"from": date("1999")}, [said(NEWS, "In office since 1999")]),
    ("chavez", "opposes", "opposition", {}, [said(NEWS), said(PAPER, "Come down off your clouds", "chavez")]),
    ("chavez", "supports", "cabello", {}, [said(HEEL, "right-hand-man")]),
    ("president", "officeOf", "venezuela", {}, [said(EDITORS)]),
    ("governor-of-miranda", "officeOf", "miranda", {}, [said(EDITORS)]),
    ("mayor-of-caracas", "officeOf", "caracas", {}, [said(EDITORS)]),
    ("miranda-2008", "forOffice", "governor-of-miranda", {}, [said(GAINS)]),
    ("caracas-2008", "forOffice", "mayor-of-caracas", {}, [said(HEEL)]),
    ("miranda-2008", "partOf", "regional-elections-2008", {}, [said(GAINS)]),
    ("caracas-2008", "partOf", "regional-elections-2008", {}, [said(GAINS)]),
    ("miranda-2008", "on", date("2008-11-23"), {}, [said(STATEMENT)]),
    ("regional-elections-2008", "on", date("2008-11-23"), {}, [said(STATEMENT, "November 23"), said(PAPER)]),
    ("regional-elections-2004", "on", date("2004"), {}, [said(STATEMENT)]),
    ("regional-elections-2008", "hadTurnout", quantity("65.45%", "0.6545", "0.65445", "0.65455"), {}, [said(STATEMENT, "65.45% of those")]),
    ("regional-elections-2008", "hadTurnout", quantity("65%", "0.65", "0.645", "0.655"), {}, [said(NEWS, "high 65 per cent")]),
    ("regional-elections-2008", "hadTurnout", quantity("some 66%", "0.66", "0.65", "0.67"), {}, [said(HEEL, "some 66%")]),
    ("psuv", "contests", "regional-elections-2008", {}, [said(STATEMENT), said(NEWS), said(PAPER)]),
    ("psuv", "wonVotes", quantity("5.5 million", "5500000", "5450000", "5550000"), {"in": "regional-elections-2008"}, [said(STATEMENT, "the 5.5 million votes")]),
    ("psuv", "wonVotes", quantity("5.6 million", "5600000", "5550000", "5650000"), {"in": "regional-elections-2008"},
     [said(PAPER, "just over 11 … opposition", "electoral-council")]),
    ("psuv", "wonVotes", quantity("5.3 million", "5300000", "5250000", "5350000"), {"in": "regional-elections-2008"},
     [said(HEEL, "According to the early count", rank="deprecated", note="an early count")]),
    ("opposition", "wonVotes", quantity("about 4 million", "4000000", "3000000", "5000000"), {"in": "regional-elections-2008"}, [said(STATEMENT)]),
    ("opposition", "wonVotes", quantity("5 million", "5000000", "4500000", "5500000"), {"in": "regional-elections-2008"}, [said(PAPER, "", "electoral-council")]),
    ("psuv", "wonStates", quantity("17", "17", "17", "17"), {"in": "regional-elections-2008"}, [said(STATEMENT), said(NEWS), said(PAPER), said(HEEL)]),
    ("opposition", "wonStates", quantity("5", "5", "5", "5"), {"in": "regional-elections-2008"}, [said(STATEMENT)]),
    ("opposition", "wonStates", quantity("6", "6", "6", "6"), {"in": "regional-elections-2008"}, [said(PAPER, "for a total of six")]),
    ("psuv", "wins", "regional-elections-2008", {}, [said(STATEMENT, "clear vote of confidence"), said(NEWS, "claimed victory", "chavez", status="alleged")]),
    ("opposition", "wins", "regional-elections-2008", {}, [said(PAPER, "led the opposition to declare", "opposition", status="alleged"),
                                                          said(PAPER, "took exception to", "chavez", status="denied")]),
    ("ledezma", "losesTo", "isturiz", {"in": "caracas-2008"}, [said(NEWS, status="denied")]),
    ("isturiz", "losesTo", "ledezma", {"in": "caracas-2008"}, [said(GAINS), said(HEEL)]),
    ("ledezma", "wins", "caracas-2008", {}, [said(GAINS), said(NEWS)]),
    ("ledezma", "memberOf", "abp", {}, [said(GAINS)]),
    ("isturiz", "memberOf", "psuv", {}, [said(HEEL)]),
    ("lopez", "supports", "ledezma", {}, [said(HEEL)]),
    ("lopez", "disqualifiedFrom", "mayor-of-caracas", {}, [said(HEEL, "was disqualified from")]),
    ("lopez", "memberOf", "primero-justicia", {}, [said(HEEL)]),
    ("lopez", "participatesIn", "coup-2002", {"on": date("2002-04")}, [said(HEEL, status="alleged")]),
    ("ocariz", "defeats", "chacon", {"in": "regional-elections-2008", "share": quantity("55.7%", "0.557", "0.5565", "0.5575")}, [said(GAINS, "won with 55.7"), said(HEEL)]),
    ("ocariz", "governs", "sucre-municipality", {"from": date("2008-11-23")}, [said(GAINS)]),
    ("ocariz", "memberOf", "primero-justicia", {}, [said(HEEL)]),
    ("chacon", "memberOf", "psuv", {}, [said(HEEL)]),
    ("rodriguez", "defeats", "gonzalez", {"in": "regional-elections-2008"}, [said(HEEL), said(GAINS)]),
    ("rodriguez", "governs", "libertador", {"from": date("2008-11-23")}, [said(GAINS)]),
    ("rodriguez", "memberOf", "psuv", {}, [said(GAINS)]),
    ("gonzalez", "memberOf", "opposition", {}, [said(HEEL, "opportunist student leader", status="alleged")]),
    ("di-martino", "losesTo", "perez", {"in": "regional-elections-2008", "share": quantity("45%", "0.45", "0.445", "0.455")}, [said(HEEL)]),
    ("perez", "governs", "zulia", {"from": date("2008-11-23")}, [said(HEEL)]),
    ("perez", "succeeds", "rosales", {}, [said(HEEL, "hand-picked successor")]),
    ("rosales", "governs", "zulia", {"from": date("2000"), "until": date("2008-11-23")}, [said(HEEL)]),
    ("di-martino", "memberOf", "psuv", {}, [said(HEEL)]),
    ("salas", "defeats", "silva", {"in": "regional-elections-2008"}, [said(HEEL)]),
    ("salas", "governs", "carabobo", {"from": date("2008-11-23")}, [said(HEEL)]),
    ("salas", "participatesIn", "coup-2002", {"on": date("2002-04")}, [said(HEEL, "an active participant", "chavez", status="alleged")]),
    ("acosta", "governs", "carabobo", {"from": date("2004"), "until": date("2008-11-23")}, [said(HEEL)]),
    ("acosta", "defectsFrom", "psuv", {"on": date("2008")}, [said(HEEL, "refused to comply")]),
    ("silva", "memberOf", "psuv", {}, [said(HEEL)]),
    ("tascon", "defectsFrom", "psuv", {}, [said(HEEL)]),
    ("garcia", "leads", "podemos", {}, [said(HEEL)]),
    ("podemos", "defectsFrom", "psuv", {"from": date("2007")}, [said(HEEL)]),
    ("podemos", "alliedWith", "opposition", {"from": date("2007")}, [said(HEEL)]),
    ("figuera", "leads", "pcv", {}, [said(PAPER)]),
    ("pcv", "alliedWith", "psuv", {}, [said(PAPER)]),
    ("ppt", "alliedWith", "psuv", {}, [said(PAPER)]),
    ("primero-justicia", "partOf", "opposition", {}, [said(HEEL)]),
    ("abp", "partOf", "opposition", {}, [said(GAINS)]),
    ("opposition", "participatesIn", "coup-2002", {"on": date("2002-04")}, [said(PAPER, status="alleged"), said(HEEL), said(STATEMENT)]),
    ("ned", "funds", "opposition", {"amount": quantity("over USD 1 million", "1000000", "1000000")}, [said(PAPER, "doled out over")]),
    ("usaid", "funds", "opposition", {"amount": quantity("USD 3.7 million", "3700000", "3650000", "3750000"), "on": date("2008")}, [said(PAPER, "giving $3.7 million")]),
    ("iri", "funds", "opposition", {}, [said(PAPER, status="alleged")]),
    ("embassy-siege-2002", "partOf", "coup-2002", {"on": date("2002-04")}, [said(HEEL), said(GAINS)]),
    ("embassy-siege-2002", "locatedIn", "baruta", {}, [said(EDITORS)]),
    ("cuba", "linkedTo", "embassy-siege-2002", {}, [said(GAINS)]),
    ("miranda", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("zulia", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("carabobo", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("tachira", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("sucre-state", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("caracas", "partOf", "venezuela", {}, [said(EDITORS)]),
    ("libertador", "partOf", "caracas", {}, [said(GAINS)]),
    ("sucre-municipality", "partOf", "caracas", {}, [said(GAINS)]),
    ("baruta", "partOf", "miranda", {}, [said(EDITORS)]),
    ("baruta", "partOf", "caracas", {}, [said(HEEL)]),
    ("sucre-state", "differentFrom", "sucre-municipality", {}, [said(EDITORS, note="a state and a municipality share the name")]),
    ("solidarity-network", "supports", "chavez", {}, [said(STATEMENT)]),
    ("afp", "opposes", "chavez", {}, [said(STATEMENT, "blatant lies", "solidarity-network", status="alleged")]),
    ("chavez", "opposes", "salas", {"if": text("the opposition wins Carabobo")},
     [said(STATEMENT, "has threatened to", "chavez", "afp", status="threatened"), said(STATEMENT, "", "chavez", status="denied")]),
    ("electoral-council", "locatedIn", "caracas", {}, [said(EDITORS)]),
    ("pdvsa", "locatedIn", "venezuela", {}, [said(PAPER)]),
    (GAINS, "writtenBy", "sustar", {}, [said(GAINS)]),
    (GAINS, "publishedOn", date("2008-11-30"), {}, [said(GAINS)]),
    (GAINS, "url", text("https://example.org/opposition-gains"), {}, [said(EDITORS)]),
    (GAINS, "lines", text("138-216"), {}, [said(EDITORS)]),
    (HEEL, "writtenBy", "maher", {}, [said(HEEL)]),
    (HEEL, "publishedOn", date("2008-11-27"), {}, [said(HEEL)]),
    (HEEL, "about", "communal-power", {}, [said(HEEL)]),
    (STATEMENT, "writtenBy", "solidarity-network", {}, [said(STATEMENT)]),
    (STATEMENT, "publishedOn", date("2008-11-25"), {}, [said(STATEMENT)]),
    (PAPER, "about", "pcv", {}, [said(PAPER)]),
    (GAINS, "about", "communal-power", {}, [said(GAINS)]),
]
RIVALS = [("contradicts", [("psuv", "wonVotes", i) for i in range(3)]), ("different scope", [("opposition", "wonStates", i) for i in range(2)])]
INFERRED = [("capriles", "defeats", "cabello"), ("ledezma", "defeats", "isturiz"), ("libertador", "partOf", "venezuela")]
# fmt: on


def iri(value: str) -> str:
    return f"<{value}>"


def literal(value: str, suffix: str = "") -> str:
    return str(ox.Literal(value)) + suffix


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def typed_date(value: str) -> str:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(value)]
    return f'"{value}"^^<{XSD}{kind}>'


def first_day(value: str) -> str:
    return value + {4: "-01-01", 7: "-01", 10: ""}[len(value)]


def last_day(value: str) -> str:
    return value + {4: "-12-31", 7: "-30", 10: ""}[len(value)]


def bounds(qualifiers: dict) -> dict[str, str]:
    found = {}
    begin, end = qualifiers.get("from") or qualifiers.get("on"), qualifiers.get("until") or qualifiers.get("on")
    if begin:
        found |= {"beginOfBegin": first_day(begin[1]), "endOfBegin": last_day(begin[1])}
    if end:
        found |= {"beginOfEnd": first_day(end[1]), "endOfEnd": last_day(end[1])}
    return found


class Writer:
    """Collects lines of N-Quads."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, subject: str, predicate: str, obj: str, graph: str = "") -> None:
        self.lines.append(f"{iri(subject)} {iri(predicate)} {obj} {iri(BASE + graph) if graph else ''}.")

    def term(self, value: str | tuple) -> str:
        if isinstance(value, str):
            return iri(BASE + value)
        if value[0] == "date":
            return typed_date(value[1])
        if value[0] == "text":
            return literal(value[1])
        return iri(self.quantity(*value[1:]))

    def quantity(self, label: str, amount: str, low: str | None, high: str | None) -> str:
        node = BASE + "quantity/" + digest(label)
        self.add(node, RDF + "type", iri(KG + "Quantity"))
        self.add(node, RDFS + "label", literal(label))
        for name, number in (("amount", amount), ("lowerBound", low), ("upperBound", high)):
            if number is not None:
                self.add(node, KG + name, literal(number, f"^^<{XSD}decimal>"))
        return node

    def entity(self, name: str, cls: str, label: str, aliases: Iterable[str]) -> None:
        self.add(BASE + name, RDF + "type", iri(KG + cls))
        if label:
            self.add(BASE + name, RDFS + "label", literal(label, "@en" if SPANISH.get(name) else ""))
        if SPANISH.get(name):
            self.add(BASE + name, RDFS + "label", literal(SPANISH[name], "@es"))
        for alias in aliases:
            self.add(BASE + name, SKOS + "altLabel", literal(alias))

    def evidence(self, source: str, at: str, speakers: tuple, status: str, note: str, rank: str) -> str:
        node = BASE + "evidence/" + digest(source, at, speakers, status, note, rank)
        self.add(node, RDF + "type", iri(KG + "Evidence"))
        self.add(node, PROV + "hadPrimarySource", iri(BASE + source))
        self.add(node, KG + "status", iri(KG + status))
        for i, speaker in enumerate(speakers):
            self.add(node, KG + ("relayedBy" if i else "speaker"), iri(BASE + speaker))
        if len(speakers) > 1:
            self.add(node, KG + "speakers", literal(" < ".join(speakers)))
        if note:
            self.add(node, KG + "note", literal(note))
        if rank:
            self.add(node, KG + "rank", iri(KG + rank))
        if at:
            selector = BASE + "selector/" + digest(at)
            self.add(node, OA + "hasSelector", iri(selector))
            self.add(selector, RDF + "type", iri(OA + "FragmentSelector"))
            self.add(selector, RDF + "value", literal(":~:text=" + at.replace(" … ", ",").replace(" ", "%20")))
            self.add(selector, RDFS + "label", literal(at))
        return node

    def fact(self, subject: str, verb: str, obj: str | tuple, qualifiers: dict, evidence: list[dict]) -> str:
        node = BASE + "statement/" + digest(subject, verb, obj, sorted(qualifiers.items()))
        self.add(node, RDF + "type", iri(KG + "Statement"))
        self.add(node, RDF + "subject", iri(BASE + subject))
        self.add(node, RDF + "predicate", iri(KG + verb))
        self.add(node, RDF + "object", self.term(obj))
        for name, value in qualifiers.items():
            self.add(node, KG + name, self.term(value))
        for name, day in bounds(qualifiers).items():
            self.add(node, KG + name, typed_date(day))
        for item in evidence:
            self.add(node, KG + "evidence", iri(self.evidence(**item)))
        if any(item["status"] == "asserted" and item["rank"] != "deprecated" for item in evidence):
            self.add(BASE + subject, KG + verb, self.term(obj))
        return node

    def vocabulary(self) -> None:
        def label(name: str, english: str, spanish: str) -> None:
            self.add(KG + name, RDFS + "label", literal(english, "@en"), "ontology")
            self.add(KG + name, RDFS + "label", literal(spanish, "@es"), "ontology")

        for name, (above, english, spanish) in CLASSES.items():
            self.add(KG + name, RDF + "type", iri(OWL + "Class"), "ontology")
            label(name, english, spanish)
            if above:
                self.add(KG + name, RDFS + "subClassOf", iri(KG + above), "ontology")
        for name, (english, spanish) in VERBS.items():
            self.add(KG + name, RDF + "type", iri(OWL + "ObjectProperty"), "ontology")
            label(name, english, spanish)
        for name in ("on", "from", "until", "in", "share", "amount", "as", "for", "if"):
            self.add(KG + name, RDF + "type", iri(KG + "Qualifier"), "ontology")
        label("for", "for", "para")
        label("if", "if", "si")
        for name in ("evidence", "status", "member", "kind"):
            self.add(KG + name, KG + "structural", literal("true", f"^^<{XSD}boolean>"), "ontology")


def nquads(
    entities: Iterable = ENTITIES, facts: Iterable = FACTS, rivals: Iterable = RIVALS, inferred: Iterable = INFERRED
) -> str:
    """Returns the text of a whole dataset: facts in the default graph, vocabulary and inferred ones in graphs of their own."""
    out = Writer()
    out.vocabulary()
    for entity in entities:
        out.entity(*entity)
    made: dict[tuple[str, str], list[str]] = {}
    for subject, verb, obj, qualifiers, evidence in facts:
        made.setdefault((subject, verb), []).append(out.fact(subject, verb, obj, qualifiers, evidence))
    for kind, members in rivals:
        node = BASE + "disagreement/" + digest(kind, members)
        out.add(node, RDF + "type", iri(KG + "Disagreement"), "inferred")
        out.add(node, KG + "kind", literal(kind), "inferred")
        for subject, verb, index in members:
            out.add(node, KG + "member", iri(made[subject, verb][index]), "inferred")
    for subject, verb, obj in inferred:
        out.add(BASE + subject, KG + verb, iri(BASE + obj), "inferred")
    return "\n".join(out.lines) + "\n"


def store(text: str | None = None) -> ox.Store:
    found = ox.Store()
    found.bulk_load(input=(nquads() if text is None else text).encode(), format=ox.RdfFormat.N_QUADS)
    return found


HOSTILE = [
    ("cabello", "Person", "Diosdado Cabello", ()),
    ("script", "Person", "</script><script>window.broken=1</script>", ("<!--", "]]>")),
    ("image", "Person", "<img src=x onerror=window.broken=2>", ()),
    ("quotes", "Person", "\"'`${window.broken=3}{{7*7}}&lt;", ()),
    ("rtl", "Person", "‮evil‬ שלום עולם abc", ()),
    ("separators", "Person", "one\u2028two\u2029three\ttab\nline", ()),
    ("long", "Organization", "Long " * 1000, ()),
    ("unbroken", "Organization", "W" * 5000, ()),
    ("nameless", "Place", "", ()),
    ("__proto__", "Place", "constructor", ("toString",)),
    ("formula", "Place", '=HYPERLINK("http://evil.example")', ()),
    ("bad-doc", "Document", "<b>Document</b>", ()),
    ("venezuela-2008", "Dataset", "<script>window.broken=4</script>", ()),
]


def hostile() -> str:
    """Returns a dataset of names and values that break careless pages."""
    evidence = [
        said(
            "bad-doc",
            "<img src=x onerror=window.broken=5> … </script>",
            note="<script>window.broken=6</script>",
            status="alleged",
        )
    ]
    facts = [
        (name, "supports", "cabello", {"as": text("<svg onload=window.broken=7>")}, evidence) for name, *_ in HOSTILE
    ]
    facts += [("script", "linkedTo", "image", {"as": text(f"number {i}")}, [said("bad-doc")]) for i in range(200)]
    facts += [
        ("cabello", "defeats", "cabello", {}, [said("bad-doc")]),
        ("nameless", "partOf", "__proto__", {}, [said("bad-doc")]),
    ]
    facts += [
        ("bad-doc", "url", text("javascript:window.broken=8"), {}, [said("bad-doc")]),
        ("cabello", "url", text("data:text/html,<script>window.broken=9</script>"), {}, [said("bad-doc")]),
    ]
    return nquads(HOSTILE, facts, (), ())


def large(nodes: int, lines: int) -> str:
    """Returns a dataset of that many people and about that many facts between them, in a scale-free web."""
    entities = [
        ("venezuela-2008", "Dataset", "Many", ()),
        *((f"p{i}", list(CLASSES)[i % 18], f"Entity {i}", ()) for i in range(nodes)),
    ]
    verbs = list(VERBS)[:20]
    facts = []
    for i in range(lines):
        a = 1 + (i * 7919 + i // nodes) % (nodes - 1)
        b = int(a * ((i * 104729 % 9973) / 9973) ** 1.5)
        facts.append(
            (
                f"p{a}",
                verbs[i % 20],
                f"p{b}",
                {"from": date(str(1990 + i % 20))},
                [said("venezuela-2008", f"passage {i % 50}")],
            )
        )
    return nquads(entities, facts, (), ())
