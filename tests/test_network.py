"""The network says what the graph says: every fact once, who says so, how, and what stands against it."""

from __future__ import annotations

import network_sample as sample
import pyoxigraph as ox
import pytest
from network_sample import BASE, KG

from kg.network import network


@pytest.fixture(scope="module")
def graph():
    return network(sample.store(), BASE)


def between(graph, subject: str, verb: str, obj: str) -> dict:
    rows = graph.get_edge_data(BASE + subject, BASE + obj).values()
    return next(fact for fact in rows if fact["property"] == KG + verb)


def valued(graph, subject: str, verb: str, obj: str) -> dict:
    facts = graph.nodes[BASE + subject]["facts"]
    return next(fact for fact in facts if fact["property"] == KG + verb and fact["object"] == obj)


def test_every_entity_is_a_node_and_nothing_else_is(graph):
    assert set(graph) == {BASE + name for name, *_ in sample.ENTITIES}


def test_every_fact_stands_in_the_network_once(graph):
    lines = sum(not fact["rule"] for *_, fact in graph.edges(data=True))
    values = sum(len(data["facts"]) for _, data in graph.nodes(data=True))
    assert lines + values == len(sample.FACTS)


def test_node_has_names_class_and_kind(graph):
    node = graph.nodes[BASE + "opposition"]
    assert (node["label"], node["names"]["es"]) == ("Venezuelan opposition", "oposición venezolana")
    assert (node["cls"], node["class_label"], node["kind"]) == (KG + "Coalition", "coalition", "Group")
    assert node["labels"] == {"en": "coalition", "es": "coalición"}
    assert graph.nodes[BASE + "cabello"]["aliases"] == ["Cabello", "Diosdado"]


def test_nearest_class_above_gives_the_kind(graph):
    kinds = {
        name: graph.nodes[BASE + name]["kind"] for name in ("psuv", "pdvsa", "miranda", "coup-2002", "communal-power")
    }
    assert list(kinds.values()) == ["Party", "Organization", "Place", "Event", "Topic"]


def test_edge_is_a_fact_with_its_sentence_verb_and_bounds(graph):
    fact = between(graph, "cabello", "governs", "miranda")
    assert fact["sentence"] == "Diosdado Cabello governs Miranda"
    assert fact["verb"] == {"en": "governs", "es": "gobierna"}
    assert fact["bounds"] == ["2004-01-01", "2004-12-31", "2008-11-23", "2008-11-23"]
    assert fact["qualifiers"] == [["from", "2004"], ["until", "2008-11-23"]]


def test_qualifier_that_is_an_entity_reads_as_its_name(graph):
    fact = between(graph, "cabello", "losesTo", "capriles")
    assert fact["qualifiers"] == [["in", "Miranda governor election 2008"]]
    assert fact["details"][0][2] == BASE + "miranda-2008"


def test_evidence_names_document_author_date_and_passage(graph):
    first, second = between(graph, "cabello", "losesTo", "capriles")["evidence"]
    assert (second["source"], second["source_label"]) == (
        BASE + "opposition-gains",
        "Opposition gains in the regional elections",
    )
    assert (second["authors"], second["date"], second["lines"]) == (["Lee Sustar"], "2008-11-30", "138-216")
    assert second["locator"] == "was ousted by … Radonski"
    assert second["fragment"] == ":~:text=was%20ousted%20by,Radonski"
    assert first["source"] == BASE + "achilles-heel"


def test_a_posting_dates_a_document_and_the_dataset_is_told_from_documents():
    """The day of a posting is a qualifier of the statement that says who posted it."""
    more = sample.Writer()
    for day in ("2008-12-02", "2008-12-01"):
        more.fact("party-paper-report", "postedBy", "sustar", {"on": sample.date(day)}, [sample.said(sample.EDITORS)])
    graph = network(sample.store(sample.nquads() + "\n".join(more.lines)), BASE)
    found = [item for *_, fact in graph.edges(data=True) for item in fact["evidence"]]
    items = {item["source"].removeprefix(BASE): item for item in found}
    assert (items["party-paper-report"]["date"], items["party-paper-report"]["posted"]) == ("", "2008-12-01")
    assert (items["opposition-gains"]["date"], items["opposition-gains"]["posted"]) == ("2008-11-30", "")
    assert [name for name, item in items.items() if item["dataset"]] == [sample.EDITORS]


def test_a_passage_has_its_characters_and_a_quoted_one_its_fragment():
    more = sample.Writer()
    selector = BASE + "selector/" + sample.digest("currently mayor of Baruta")
    quads = [line for line in sample.nquads().splitlines() if f"<{selector}> <{sample.RDF}value>" not in line]
    more.add(selector, sample.OA + "exact", '"currently mayor of Baruta"')
    for name, number in (("start", "120"), ("end", "145")):
        more.add(selector, sample.OA + name, f'"{number}"^^<{sample.XSD}integer>')
    graph = network(sample.store("\n".join([*quads, *more.lines])), BASE)
    (item,) = between(graph, "capriles", "governs", "baruta")["evidence"]
    assert item["chars"] == [120, 145]
    assert item["fragment"] == ":~:text=currently%20mayor%20of%20Baruta"
    assert between(graph, "cabello", "governs", "miranda")["evidence"][0]["chars"] == []


def test_a_fact_about_a_fact_names_both(graph):
    about = sample.Writer()
    target = next(key for _, _, key, fact in graph.edges(keys=True, data=True) if fact["property"] == KG + "leads")
    node = BASE + "statement/about"
    for part, value in (("subject", target), ("predicate", KG + "disputes"), ("object", target)):
        about.add(node, sample.RDF + part, f"<{value}>")
    found = network(sample.store(sample.nquads() + "\n".join(about.lines)), BASE)
    (fact,) = [fact for _, data in found.nodes(data=True) for fact in data["facts"] if fact["key"] == node]
    assert (fact["about"], fact["term"]) == (target, f"<{target}>")


def test_chain_of_speakers_runs_from_the_innermost(graph):
    fact = between(graph, "chavez", "opposes", "salas")
    assert [item["speakers"] for item in fact["evidence"] if item["status"] == "threatened"] == [["Hugo Chávez", "AFP"]]


def test_status_is_that_of_the_strongest_evidence(graph):
    assert between(graph, "capriles", "linkedTo", "embassy-siege-2002")["status"] == "alleged"
    assert between(graph, "opposition", "participatesIn", "coup-2002")["status"] == "asserted"
    assert between(graph, "ledezma", "losesTo", "isturiz")["status"] == "denied"


def test_said_by_one_and_denied_by_another_is_contested(graph):
    assert between(graph, "capriles", "participatesIn", "embassy-siege-2002")["contested"]
    assert not between(graph, "opposition", "participatesIn", "coup-2002")["contested"]


def test_members_of_a_disagreement_are_rivals_with_its_kind(graph):
    fact = valued(graph, "psuv", "wonVotes", "5.5 million")
    others = [valued(graph, "psuv", "wonVotes", text)["key"] for text in ("5.6 million", "5.3 million")]
    assert fact["contested"]
    assert fact["rivals"] == [{"statement": name, "kind": "contradicts"} for name in sorted(others)]


def test_rank_and_note_are_kept(graph):
    (item,) = valued(graph, "psuv", "wonVotes", "5.3 million")["evidence"]
    assert (item["rank"], item["note"]) == ("deprecated", "an early count")


WRONG = {"rank": "deprecated"}


@pytest.mark.parametrize(("evidence", "status"), [
    ([WRONG], "deprecated"),
    ([WRONG, WRONG | {"status": "alleged"}], "deprecated"),
    ([WRONG, {"status": "alleged"}], "alleged"),
    ([WRONG, {"status": "denied"}], "denied"),
    ([WRONG, {}], "asserted"),
    ([{"rank": "preferred"}], "asserted"),
])  # fmt: skip
def test_evidence_known_to_be_wrong_asserts_nothing(evidence, status):
    """The status of a fact is asserted just where the graph has its plain triple."""
    said = [sample.said(source, **how) for source, how in zip((sample.GAINS, sample.NEWS), evidence, strict=False)]
    text = sample.nquads(facts=[("ledezma", "supports", "lopez", {}, said)], rivals=[])
    fact = between(network(sample.store(text), BASE), "ledezma", "supports", "lopez")
    assert fact["status"] == status
    plain = f"<{BASE}ledezma> <{KG}supports> <{BASE}lopez> ."
    assert (plain in text.splitlines()) == (status == "asserted")
    ranks = [item["rank"] == "deprecated" for item in fact["evidence"]]
    assert ranks == sorted(how.get("rank") == "deprecated" for how in evidence)


def test_inferred_lines_say_so_and_repeat_no_stated_fact(graph):
    rows = [(u, v, key, fact) for u, v, key, fact in graph.edges(keys=True, data=True) if fact["rule"]]
    assert [(u.removeprefix(BASE), v.removeprefix(BASE)) for u, v, *_ in rows] == [
        ("capriles", "cabello"), ("ledezma", "isturiz"), ("libertador", "venezuela")]  # fmt: skip
    assert all(key.startswith("inferred:") and not fact["evidence"] for *_, key, fact in rows)


ALLIES = ("ledezma", "supports", "lopez")


def with_allies(*evidence: dict):
    """Returns the status and rule of each fact in a network in which a rule infers what such evidence says."""
    inferred = [*sample.INFERRED, ALLIES]
    stated = [*sample.FACTS, (*ALLIES, {}, list(evidence))] if evidence else sample.FACTS
    found = network(sample.store(sample.nquads(facts=stated, inferred=inferred)), BASE)
    rows = found.get_edge_data(BASE + "ledezma", BASE + "lopez").values()
    return sorted((fact["status"], fact["rule"]) for fact in rows)


@pytest.mark.parametrize("status", ["alleged", "denied", "predicted", "threatened", "deprecated"])
def test_what_is_inferred_is_shown_beside_what_nobody_asserts(status):
    """SPARQL finds the plain triple: a denial of it must not hide that."""
    how = {"rank": status} if status == "deprecated" else {"status": status}
    assert with_allies(sample.said(sample.GAINS, **how)) == sorted([("asserted", "rule"), (status, "")])


def test_what_is_inferred_and_asserted_is_shown_once():
    denied = sample.said(sample.NEWS, status="denied")
    assert with_allies(sample.said(sample.GAINS)) == [("asserted", "")]
    assert with_allies(sample.said(sample.GAINS), denied) == [("asserted", "")]
    assert with_allies() == [("asserted", "rule")]


def test_what_a_rule_states_is_shown_once():
    """A statement without evidence is inferred itself, and says more than the plain triple."""
    more = sample.Writer()
    more.fact(*ALLIES, {}, [])
    text = sample.nquads(inferred=[*sample.INFERRED, ALLIES]) + "\n".join(more.lines) + "\n"
    assert len(network(sample.store(text), BASE).get_edge_data(BASE + "ledezma", BASE + "lopez")) == 1


def test_a_denial_that_is_a_disagreement_by_itself_is_contested():
    denial = (*ALLIES, {}, [sample.said(sample.GAINS, status="denied")])
    for kind, expected in (("contradicts", True), ("different scope", False)):
        alone = (kind, [(*ALLIES[:2], 0)])
        text = sample.nquads(facts=[*sample.FACTS, denial], rivals=[*sample.RIVALS, alone])
        fact = between(network(sample.store(text), BASE), *ALLIES)
        assert (fact["status"], fact["contested"], fact["rivals"]) == ("denied", expected, [])


def test_an_inferred_fact_names_the_rule_it_is_given():
    line = f"<{BASE}ledezma> <{KG}supports> <{BASE}lopez> ."
    store = sample.store(sample.nquads() + line.replace(" .", f" <{BASE}inferred> .") + "\n")
    assert between(network(store, BASE, {line: "allies"}), "ledezma", "supports", "lopez")["rule"] == "allies"
    assert between(network(store, BASE), "ledezma", "supports", "lopez")["rule"] == "rule"


def test_fact_about_a_fact_stands_with_its_subject_and_against_the_fact():
    about = sample.Writer()
    name = between(network(sample.store(), BASE), "chavez", "supports", "cabello")
    target = next(k for _, _, k, f in network(sample.store(), BASE).edges(keys=True, data=True) if f == name)
    node = BASE + "statement/about"
    for part, value in (("subject", BASE + "lopez"), ("predicate", KG + "disputes"), ("object", target)):
        about.add(node, sample.RDF + part, f"<{value}>")
    graph = network(sample.store(sample.nquads() + "\n".join(about.lines)), BASE)
    assert valued(graph, "lopez", "disputes", "Hugo Chávez supports Diosdado Cabello")
    disputed = between(graph, "chavez", "supports", "cabello")
    assert disputed["contested"]
    assert disputed["rivals"] == [{"statement": node, "kind": "disputes"}]


def test_same_graph_in_another_order_gives_the_same_network(graph):
    lines = sample.nquads().splitlines()
    again = network(sample.store("\n".join(reversed(lines))), BASE)
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(keys=True, data=True)) == list(graph.edges(keys=True, data=True))


def test_empty_store_gives_an_empty_network():
    graph = network(ox.Store(), BASE)
    assert len(graph) == 0
    assert graph.graph["title"] == BASE


def test_nameless_and_hostile_entities_are_nodes_like_others():
    graph = network(sample.store(sample.hostile()), BASE)
    assert graph.nodes[BASE + "nameless"]["label"] == "nameless"
    assert graph.number_of_edges(BASE + "script", BASE + "image") == 200
    assert graph.has_edge(BASE + "cabello", BASE + "cabello")
