"""Facts never change with the tone: the same mails and sources, answered in six tones, in five languages."""

import json
from dataclasses import replace
from functools import cache

import pytest

from agent.drafting.draft import Draft, DraftRequest
from agent.drafting.facts import FactKind, facts_of
from agent.drafting.local import LocalWriter
from agent.sandbox import sample
from agent.triage import asks
from agent.triage.reading import LANGUAGES, FactorName, Signal, Style
from knowledge.search import Document, DocumentKind
from tests.unit.drafting.requests import reading, request

TONES = {
    "a calm formal reader": Style("formal", "practitioner", "detailed", "calm"),
    "a calm friend in a hurry to read": Style("informal", "practitioner", "short", "calm"),
    "a pressed technician": Style("informal", "expert", "short", "pressed"),
    "a frustrated director": Style("formal", "practitioner", "detailed", "frustrated"),
    "a frustrated beginner": Style("informal", "beginner", "short", "frustrated"),
    "a delighted regular": Style("informal", "practitioner", "detailed", "delighted"),
}
MAILS_A_LANGUAGE = 12


@cache
def documents() -> dict[str, Document]:
    articles = [json.loads(line) for line in sample.knowledge_file().read_text(encoding="utf-8").splitlines()]
    cases = [json.loads(line) for line in sample.cases_file().read_text(encoding="utf-8").splitlines()]
    found = [
        Document(one["id"], DocumentKind.ARTICLE, one["lang"], one["title"], one["body"]) for one in articles
    ]
    found += [
        Document(one["id"], DocumentKind.CASE, one["lang"], one["question"], one["answer"]) for one in cases
    ]
    return {one.id: one for one in found}


@cache
def requests(language: str) -> list[DraftRequest]:
    """Requests with the sources that were labelled as helpful, and one that is of the same language but unasked."""
    lines = (sample.FOLDER / "mails.jsonl").read_text(encoding="utf-8").splitlines()
    mails = [one for one in map(json.loads, lines) if one["lang"] == language and one["kind"] == "customer"]
    own = [one for one in documents().values() if one.language == language]
    made = []
    for number, mail in enumerate(mails[:MAILS_A_LANGUAGE]):
        helpful = [documents()[mail[kind]] for kind in ("article", "case") if mail[kind]]
        found = [*helpful, own[number % len(own)]]
        understood = reading(language, asks=asks.find(mail["new_text"], language), category=mail["category"])
        if number % 3 == 0:
            signal = Signal(FactorName.TIME_CRITICALITY, "now")
            understood = replace(understood, signals=(signal,))
        made.append(request(mail["new_text"], understood, *dict.fromkeys(found)))
    return made


def in_tone(asked: DraftRequest, style: Style) -> Draft:
    return LocalWriter("en").write(replace(asked, reading=replace(asked.reading, style=style)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_detailed_letter_states_the_same_facts_in_every_tone(language: str) -> None:
    for asked in requests(language):
        told = {
            name: facts_of(in_tone(asked, replace(style, length="detailed"))) for name, style in TONES.items()
        }
        assert len(set(told.values())) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_letter_states_no_fact_that_the_detailed_one_does_not(language: str) -> None:
    shorter = 0
    for asked in requests(language):
        detailed = facts_of(in_tone(asked, TONES["a calm formal reader"]))
        for style in TONES.values():
            facts = facts_of(in_tone(asked, style))
            assert facts <= detailed
            shorter += facts < detailed
    assert shorter or language == "nb"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tones_do_sound_different(language: str) -> None:
    openings = {in_tone(requests(language)[0], style).sentences[1].text for style in TONES.values()}
    assert len(openings) >= 4


def test_the_mails_have_facts_to_lose() -> None:
    for language in LANGUAGES:
        drafts = [in_tone(asked, TONES["a calm formal reader"]) for asked in requests(language)]
        told = [{fact.kind for fact in facts_of(draft)} for draft in drafts]
        assert sum(FactKind.SOURCE in kinds for kinds in told) >= 2
        assert any(FactKind.NUMBER in kinds or FactKind.AMOUNT in kinds for kinds in told)
