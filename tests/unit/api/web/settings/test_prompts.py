"""Prompts at the desk: shown with their version, changed in a copy, published with a reason, taken back."""

from agent.store.tables import CompanySettingRow, PromptCopyRow
from prompts.catalogue import Catalogue
from tests.unit.api.conftest import WebDesk

PAGE = "/settings/prompts/draft/da"
WORDS = Catalogue().filed("draft", "da").body


def save(admin: WebDesk, act: str, body: str = WORDS + "\nVær venlig.", **more: object) -> object:
    stamp = admin.get(PAGE).text.split('name="stamp" value="')[1].split('"')[0]
    return admin.post(PAGE, {"act": act, "body": body, "stamp": stamp, **more}, page=PAGE)


def test_the_list_says_that_nothing_reads_them_without_a_model(admin: WebDesk) -> None:
    html = admin.get("/settings/prompts").text
    assert "No language model is set" in html
    assert f'href="{PAGE}"' in html


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
