"""Sentences of office mail that ask for something, and others: Enron."""

from agent.triage import asks
from evals.material import Material
from evals.outcome import Miss, Outcome
from evals.statistics import f1_of, share

FILE = "4_triage/email_intent_enron/train.jsonl.gz"
LIMIT = 1_000


def score(material: Material) -> Outcome:
    """F1 of sentences in which a question or request is found."""
    found = [
        (row, bool(asks.find(row["text"], "en")))
        for row in material.each("Enron", material.peers(FILE, LIMIT))
    ]
    pairs = [(str(row["asks_for_action"]), str(given)) for row, given in found]
    return Outcome(
        (
            f1_of("asks found, F1", pairs, "True", "Enron"),
            share("asks found", [given for row, given in found if row["asks_for_action"]], "Enron"),
        ),
        misses=tuple(
            Miss("Enron", str(row["asks_for_action"]), row["text"][:120])
            for row, given in found
            if row["asks_for_action"] != given
        ),
    )
