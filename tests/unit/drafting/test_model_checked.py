"""The model's way through the real checks: found, rewritten once, checked again, and left to a person."""

from dataclasses import replace

import pytest

from agent.drafting.checks import run_checks
from agent.drafting.draft import CheckName, CheckResult, Draft, DraftRequest
from agent.drafting.local import LocalWriter
from agent.drafting.model_answer import DraftAnswer, given_placeholders
from agent.drafting.sensitive import needs_lead
from agent.drafting.with_model import ModelWriter
from agent.llm.scripted import ScriptedModel
from agent.privacy.redaction import seal
from agent.triage.language import detect
from prompts.catalogue import Catalogue
from tests.unit.drafting.requests import CASE_DA, FILTER_DA, reading, request

ASK = "Hvordan skifter jeg filteret i varmepumpen?"
REQUEST = request(ASK, reading(asks=(ASK,)), FILTER_DA, CASE_DA, forbidden=("desværre må vi",))
STEPS = (
    ("Sluk varmepumpen på kontakten, og åbn lågen.", "fact", "filter"),
    ("Træk filteret ud, og sæt det nye filter i, så pilen peger opad.", "fact", "filter"),
)


def answer(*sentences: tuple[str, ...]) -> DraftAnswer:
    return DraftAnswer.model_validate(
        {
            "greeting": "Hej [PERSON_1]",
            "paragraphs": [[{"text": text, "kind": kind, "sources": ids} for text, kind, *ids in sentences]],
            "closing": "Venlig hilsen",
        }
    )


def check(draft: Draft, asked: DraftRequest) -> tuple[CheckResult, ...]:
    return run_checks(draft, asked, language_of=detect, known_placeholders=given_placeholders(asked))


def written(*answers: DraftAnswer, asked: DraftRequest = REQUEST) -> tuple[Draft, ScriptedModel]:
    model = ScriptedModel(answers)
    return ModelWriter(model, Catalogue(), LocalWriter("da"), check=check).write(asked), model


def failed(draft: Draft, asked: DraftRequest = REQUEST) -> set[CheckName]:
    return {one.name for one in check(draft, asked) if not one.passed}


FAULTY = {
    CheckName.PROMISES: ("Vi refunderer hele beløbet på 980 kr. i morgen.", "courtesy"),
    CheckName.LEFTOVER_PLACEHOLDER: ("Kald os {navn}.", "courtesy"),
    CheckName.FORBIDDEN: ("Desværre må vi vente.", "courtesy"),
    CheckName.LANGUAGE: (
        "Vi setter stor pris på e-posten, og dere får svar når noen er tilbake.",
        "courtesy",
    ),
}


@pytest.mark.parametrize("name", list(FAULTY))
def test_what_a_check_finds_goes_back_once_and_comes_clean(name: CheckName) -> None:
    draft, model = written(answer(*STEPS, FAULTY[name]), answer(*STEPS))
    assert not failed(draft)
    assert len(model.prompts) == 2
    assert str(name) in model.prompts[1].system


def test_what_is_still_wrong_is_left_to_a_person_with_the_reason() -> None:
    promise = FAULTY[CheckName.PROMISES]
    draft, model = written(answer(*STEPS, promise), answer(*STEPS, promise))
    assert len(model.prompts) == 2
    assert CheckName.PROMISES in failed(draft)
    assert "980" in next(one.detail for one in check(draft, REQUEST) if one.name is CheckName.PROMISES)


def test_a_sensitive_mail_is_not_rewritten_for_it_but_needs_a_lead() -> None:
    asked = replace(REQUEST, new_text=seal(f"{ASK} Ellers går vi til vores advokat."))
    draft, model = written(answer(*STEPS), asked=asked)
    assert len(model.prompts) == 1
    assert needs_lead(check(draft, asked))


def test_another_customers_amount_is_found_even_with_its_case_as_the_source() -> None:
    theirs = ("Vi har refunderet 499 kr. til Dem.", "fact", "case-7")
    draft, _ = written(answer(*STEPS, theirs), answer(*STEPS, theirs))
    assert CheckName.PROMISES in failed(draft)
