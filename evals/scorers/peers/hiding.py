"""Personal data in public sets: names in news, forums and treebanks, and ids of many forms."""

from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.rows import Row
from evals.scorers.hidden import figures
from evals.scorers.redaction import Sample
from evals.scorers.redaction import score as redact
from evals.statistics import share

FILES = {
    "presidio_research": "synth_dataset_v2",
    "presidio_unit": "presidio_unit",
    "norne": "nb_dev",
    "swedish_ner_corpus": "train",
    "uner_danish-ddt": "dev",
    "uner_swedish-talbanken": "dev",
    "uner_german-pud": "test",
    "uner_english-ewt": "dev",
    "mobie": "dev",
}
NATIONAL_IDS = "2_pii/national_ids/ids.jsonl.gz"
LIMIT = 150

KINDS = {
    "IP": "IP_ADDRESS",
    "ID": "NATIONAL_ID",
    **dict.fromkeys(("PERSON", "EMAIL", "PHONE", "IBAN", "CREDIT_CARD", "ADDRESS", "ORG_ID"), ""),
}
"""The kinds of these sets that are ours, and our name where it is another. Towns alone are no personal data."""

OURS = frozenset({"de_tax_id", "se_personnummer", "se_organisationsnummer"})
"""Recognisers of Presidio for ids of our countries; passports and ids of other countries are none of ours."""

PERSONAL = {
    "cpr": "dk", "fodselsnummer": "no", "fnr_like": "no", "personnummer": "se", "se_personnummer": "se",
    "tax_number": "de",
}  # fmt: skip
"""Kinds of national ids in the list of numbers that name a person, with their country."""


def score(material: Material) -> Outcome:
    """Recall of each kind in each set. Texts with data come first: most sentences of a treebank have none."""
    found: list[Figure] = []
    misses: list[Miss] = []
    for name, file in FILES.items():
        rows = [row for row in material.peers(f"2_pii/{name}/{file}.jsonl.gz") if _gold(row)]
        chosen = material.few(rows, LIMIT)
        samples = (
            Sample(f"{name}/{number}", row["text"], _gold(row), row["lang"])
            for number, row in enumerate(material.each(f"hiding: {name}", chosen))
        )
        one = figures(redact(material.redactor, samples), name)
        found += one.figures
        misses += one.misses
    return Outcome(tuple(found), misses=tuple(misses))


def _gold(row: Row) -> tuple[tuple[int, int, str], ...]:
    foreign = row.get("recognizer") is not None and row["recognizer"] not in OURS
    return tuple(
        (span["start"], span["end"], KINDS[span["label"]] or span["label"])
        for span in row["spans"]
        if span["label"] in KINDS and not (foreign and span["label"] in {"ID", "ORG_ID"})
    )


def national_ids(material: Material) -> Outcome:
    """Valid numbers alone on their line, without a word that says what they are: the hardest case."""
    rows = [
        row
        for row in material.peers(NATIONAL_IDS)
        if row["valid"] is not False and (row["kind"] in PERSONAL or row["kind"] == "iban")
    ]
    chosen = material.few(rows, LIMIT * 2)
    hidden = {
        position: _hides(material, row["value"])
        for position, row in enumerate(material.each("national ids", chosen))
    }
    kinds = sorted({row["kind"] for row in chosen})
    return Outcome(
        (
            share("hidden", list(hidden.values()), "national_ids"),
            *(
                share(
                    "hidden",
                    [hidden[n] for n, row in enumerate(chosen) if row["kind"] == kind],
                    f"national_ids {kind}",
                )
                for kind in kinds
            ),
        ),
        misses=tuple(
            Miss(f"national_ids/{row['kind']}", "hidden", row["value"])
            for n, row in enumerate(chosen)
            if not hidden[n]
        ),
    )


def _hides(material: Material, value: str) -> bool:
    """Whether every letter and digit of `value` is hidden where it stands alone."""
    text = f"\n{value}\n"
    covered = {at for span in material.redactor.redact(text).spans for at in range(span.start, span.end)}
    return all(at in covered for at, character in enumerate(text) if character.isalnum())
