"""Prompts at the desk: shown with their version, changed in a copy, published with a reason, taken back."""

from agent.store.tables import (
    CompanySettingRow,
    PromptCopyRow,
    PromptTrialMailRow,
    PromptTrialRow,
)
from prompts.catalogue import Catalogue
from tests.builders import a_case, a_message
from tests.unit.api.conftest import WebDesk

PAGE = "/settings/prompts/draft/da"
WORDS = Catalogue().filed("draft", "da").body


def save(admin: WebDesk, act: str, body: str = WORDS + "\nVær venlig.", **more: object) -> object:
    stamp = admin.get(PAGE).text.split('name="stamp" value="')[1].split('"')[0]
    return admin.post(PAGE, {"act": act, "body": body, "stamp": stamp, **more}, page=PAGE)


def test_the_list_says_that_nothing_reads_them_without_a_model(admin: WebDesk) -> None:
    html = admin.get("/settings/prompts").text
    assert "No language model is set" in html
    assert f'href="{PAGE}" aria-label="Draft in Danish, version 1">Version 1</a>' in html


def test_publishing_needs_a_reason_and_can_be_taken_back(admin: WebDesk) -> None:
    assert save(admin, "save").status_code == 303  # type: ignore[attr-defined]
    assert save(admin, "publish").status_code in {400, 422}  # type: ignore[attr-defined]
    assert save(admin, "publish", reason="kinder").status_code == 303  # type: ignore[attr-defined]
    html = admin.get(PAGE).text
    assert "Published: version 2" in html
    assert "draft/v2/da" in html
    with admin.house.store.reading() as session:
        change = session.query(CompanySettingRow).one()
    assert admin.post(f"/settings/changes/{change.id}/undo", page=PAGE).status_code == 303
    assert "Published: version 1" in admin.get(PAGE).text


def test_what_is_missing_is_named_and_the_words_are_kept(admin: WebDesk) -> None:
    refused = save(admin, "publish", body="Skriv et svar.", reason="shorter")
    assert "The value {{ address }} is missing." in refused.text  # type: ignore[attr-defined]
    assert "Skriv et svar." in refused.text  # type: ignore[attr-defined]
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).count() == 0


def test_a_lead_reads_and_does_not_change(leading: WebDesk) -> None:
    html = leading.get(PAGE).text
    assert "Published: version 1" in html
    assert "<textarea" not in html
    assert leading.post(PAGE, {"act": "save", "body": "x"}, page="/").status_code == 403
    with leading.house.store.reading() as session:
        assert session.query(PromptCopyRow).count() == 0


def test_an_unknown_prompt_is_not_found(admin: WebDesk) -> None:
    assert admin.get("/settings/prompts/poem/da").status_code == 404


def test_an_earlier_version_is_published_again_with_a_reason(admin: WebDesk) -> None:
    save(admin, "publish", WORDS + "\nVær venlig.", reason="kinder")
    save(admin, "publish", WORDS + "\nVær kort.", reason="shorter")
    html = admin.get(PAGE).text
    assert "Published: version 3" in html
    assert '<option value="2">' in html
    assert '<option value="3">' not in html, "that one is published"

    nameless = save(admin, "use", version=2)
    assert nameless.status_code in {400, 422}  # type: ignore[attr-defined]
    assert '<option value="2" selected>' in nameless.text  # type: ignore[attr-defined]
    assert save(admin, "use", version=2, reason="too short").status_code == 303  # type: ignore[attr-defined]
    html = admin.get(PAGE).text
    assert "Published: version 2" in html
    assert "<del>Version 3</del>" in html
    assert "<ins>Version 2</ins>" in html
    with admin.house.store.reading() as session:
        assert [row.body[-9:] for row in session.query(PromptCopyRow).order_by(PromptCopyRow.version)] == [
            "r venlig.",
            "Vær kort.",
        ]

    assert save(admin, "use", version=0, reason="ours was worse").status_code == 303  # type: ignore[attr-defined]
    html = admin.get("/settings/prompts").text
    assert "ours was worse" in html
    assert "<ins>as it comes with the product or from a file</ins>" in html
    assert "Published: version 1" in admin.get(PAGE).text
    assert save(admin, "use", version=9, reason="there is none").status_code == 404  # type: ignore[attr-defined]


def test_words_are_kept_when_they_cannot_be_published_and_nothing_empty_is(admin: WebDesk) -> None:
    assert save(admin, "publish", body=WORDS + "\nVær venlig.").status_code in {400, 422}  # type: ignore[attr-defined]
    for empty in ("", " " * 9, "x" * 20_001):
        for act in ("save", "try", "publish"):
            assert save(admin, act, body=empty, reason="r").status_code in {400, 422}  # type: ignore[attr-defined]
    with admin.house.store.reading() as session:
        (row,) = session.query(PromptCopyRow)
        assert (row.published_at, row.body.endswith("Vær venlig.")) == (None, True)


def test_what_came_of_a_trial_is_shown_until_its_words_are_published(admin: WebDesk) -> None:
    """Of a draft and of a reading; a trial of words that were changed since says so."""
    drafted = {
        "prompt": "draft/v2/da",
        "engine": "llm",
        "text": "Hej",
        "words": 1,
        "unsourced": 0,
        "failed": [],
        "tokens": 9,
    }
    sorted_ = {
        "prompt": "triage/v2/da",
        "engine": "local",
        "category": "technical",
        "sentiment": "negative",
        "text": "Nede",
    }
    save(admin, "save")
    with admin.house.store.writing() as unit:
        session, now = unit.session, admin.house.clock()
        case = a_case(session, now, admin.mailbox, language="da")
        (copy,) = session.query(PromptCopyRow)
        trial = PromptTrialRow(
            copy_id=copy.id,
            body=copy.body,
            person_id=admin.ida.id,
            created_at=now,
            state="done",
            finished_at=now,
        )
        session.add(trial)
        session.flush()
        message = a_message(session, now, case)
        session.add(
            PromptTrialMailRow(trial_id=trial.id, message_id=message.id, published=sorted_, tried=drafted)
        )
    html = admin.get(PAGE).text
    assert "draft/v2/da" in html
    assert "all checks passed" in html
    assert "Technical, unhappy" in html
    assert "The model did not answer; the local engine did." in html
    assert "The copy was changed after this." not in html
    assert admin.get(f"/live/settings/prompt-trials/{trial.id}").status_code == 200
    save(admin, "save", WORDS + "\nVær kort.")
    assert "The copy was changed after this." in admin.get(PAGE).text
    save(admin, "publish", WORDS + "\nVær kort.", reason="shorter")
    assert "Side by side" not in admin.get(PAGE).text
