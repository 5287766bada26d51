"""The judges of drafts: what the rubric finds, what a model answers, and the table of engines."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.drafting.draft import Draft, DraftRequest, DraftSentence
from agent.drafting.local import LocalWriter
from agent.llm.model import ModelUnavailable
from agent.llm.scripted import ScriptedModel
from agent.triage.language import detect
from agent.triage.reading import LANGUAGES
from evals.material import Material
from evals.rows import Absent
from evals.scorers.judging.model import Judgement, ModelJudge
from evals.scorers.judging.pairs import Judged, read_pairs
from evals.scorers.judging.rubric import Fault, judge
from evals.scorers.judging.table import figures, write
from evals.scorers.sample import engines, judges
from evals.suites import SCORERS
from prompts.catalogue import Catalogue


@pytest.fixture(scope="module")
def pairs() -> dict[str, Judged]:
    return {pair.id: pair for pair in read_pairs()}


def test_sixty_drafts_in_five_languages_with_every_fault(pairs: dict[str, Judged]) -> None:
    assert len(pairs) == 60
    assert {pair.draft.language for pair in pairs.values()} == set(LANGUAGES)
    assert {pair.fault for pair in pairs.values() if pair.fault} == set(Fault)


@pytest.mark.parametrize(
    "item",
    [
        "da-flis/missed",
        "da-vand/invented",
        "nb-faktura/other-customer",
        "nb-time/danish",
        "sv-batteri/norwegian",
        "sv-broms/padded",
        "de-druck/mixed",
        "de-heizung/amount",
        "en-course/leftover",
        "en-locker/promise",
    ],
)
def test_the_rubric_finds_the_fault_that_a_draft_was_given(item: str, pairs: dict[str, Judged]) -> None:
    pair = pairs[item]
    assert pair.fault in judge(pair.draft, pair.request, detect).faults


@pytest.mark.parametrize(
    "item", ["da-flis/good", "nb-time/good-warm", "de-druck/good", "en-locker/good-short"]
)
def test_the_rubric_leaves_a_good_draft_alone(item: str, pairs: dict[str, Judged]) -> None:
    verdict = judge(pairs[item].draft, pairs[item].request, detect)
    assert verdict.faultless
    assert verdict.answered == verdict.asks


def test_an_ask_that_is_openly_left_is_not_missed(pairs: dict[str, Judged]) -> None:
    missed = pairs["da-flis/missed"]
    sentences = (*missed.draft.sentences, DraftSentence("Resten vender en kollega tilbage med."))
    left = replace(missed.draft, sentences=sentences)
    verdict = judge(left, missed.request, detect)
    assert Fault.MISSED_ASK not in verdict.faults
    assert verdict.answered == verdict.asks - 1


def test_a_model_judges_the_same_faults_and_sees_draft_and_sources_as_data(pairs: dict[str, Judged]) -> None:
    pair = pairs["en-course/amount"]
    model = ScriptedModel([Judgement(figures=["12 GBP"], unsupported=[" "])])
    verdict = ModelJudge(model, Catalogue()).judge(pair.draft, pair.request)
    assert verdict.faults == {Fault.UNSUPPORTED_FIGURE: ("12 GBP",)}
    prompt = model.prompts[0]
    assert prompt.id == "judge/v1/en"
    assert "<<<draft " in prompt.after
    assert "<<<source move (article)" in prompt.after


def test_a_model_that_gives_up_is_counted_and_not_judged(pairs: dict[str, Judged]) -> None:
    class Silent:
        def write(self, request: DraftRequest) -> Draft:
            raise ModelUnavailable("No answer.")

    request = pairs["da-flis/good"].request
    written = [write(Silent(), "1", request, detect), write(LocalWriter(), "2", request, detect)]
    found = {figure.name: figure for figure in figures("llm", written)}
    assert found["gave a draft"].value == 0.5
    assert found["without a fault"].count == 1


class Listed(Material):
    """Material that shows nothing of how far it is, and has no mails."""

    seen = ()

    def each(self, what: str, items: object) -> Iterator[object]:  # type: ignore[override]
        return iter(items)  # type: ignore[call-overload, no-any-return]


def test_the_rubric_is_calibrated_by_language_and_fault() -> None:
    found = {figure.key: figure.value for figure in judges.score(Listed()).figures}
    assert found["rubric right"] >= 0.85
    assert all(found[f"rubric right · {language}"] >= 0.7 for language in LANGUAGES)
    assert found["rubric finds · foreign_data"] == 1.0


def test_an_engine_without_an_endpoint_is_skipped_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENKLANG_LLM_MODEL", raising=False)
    with pytest.raises(Absent, match="GENKLANG_LLM_MODEL"):
        engines.score(Listed(engine="llm"))


def test_both_are_part_of_the_suite_for_drafts() -> None:
    assert {"drafts/sample/engines", "drafts/sample/judges"} <= {scorer.name for scorer in SCORERS}
