"""Surveys at the desk: listed, looked at in every language, written, and opened to everybody by a link."""

import re
from dataclasses import replace

import pytest

from agent.desk.settings.live import LiveCompany
from agent.store.tables import AuditRow, CompanySettingRow, SurveyLinkRow
from tests.unit.api.conftest import WebDesk

FORM = {
    "name": "Portal",
    "order": "score",
    "score.kind": "emoji",
    "score.from": "1",
    "score.to": "5",
    "score.scale": "satisfied",
    "score.text.en": "How do you like the portal?",
    "reason": "A pilot",
}
NEW_LINK = {"name": "Counter", "survey": "csat", "kind": "qr"}


@pytest.fixture
def admin(desk: WebDesk) -> WebDesk:
    """Ida as an administrator, and a house that takes in changed settings."""
    with desk.house.store.writing() as unit:
        unit.session.merge(desk.ida).role = "admin"
    live = LiveCompany(desk.house.store, desk.house.house.company)
    desk.app.state.house = replace(desk.house.house, live_company=live)
    assert desk.sign_in().status_code == 303
    return desk


def _stamp(desk: WebDesk) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', desk.get("/feedback/surveys/new").text)
    assert found
    return found[1]


def _link(desk: WebDesk, **changed: str) -> str:
    answer = desk.post("/feedback/links/new", {**NEW_LINK, **changed}, page="/feedback/links/new")
    return answer.headers.get("Location", str(answer.status_code))


def test_everybody_at_the_desk_sees_the_surveys_and_nobody_else(signed_in: WebDesk) -> None:
    assert "Satisfaction (CSAT)" in signed_in.get("/feedback/surveys").text
    assert signed_in.get("/feedback/surveys/csat").status_code == 200
    assert signed_in.get("/feedback/surveys/nothing").status_code == 404
    assert signed_in.get("/feedback/surveys/new").status_code == 403
    assert signed_in.get("/feedback/links/new").status_code == 403
    assert signed_in.new_browser().get("/feedback/surveys").status_code == 303


@pytest.mark.parametrize("code", ["en", "da", "nb", "sv", "de"])
def test_a_survey_can_be_tried_in_every_language_without_keeping_anything(
    signed_in: WebDesk, code: str
) -> None:
    page = signed_in.get(f"/feedback/surveys/csat/preview?lang={code}")
    assert f'<html lang="{code}">' in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    after = signed_in.get(f"/feedback/surveys/csat/preview?lang={code}&q=score&answer=1")
    assert "<textarea" in after.text
    done = signed_in.get(f"/feedback/surveys/csat/preview?lang={code}&q=score&answer=5")
    assert "sv-done" in done.text


def test_an_own_survey_is_stored_with_its_reason_and_can_be_taken_back(admin: WebDesk) -> None:
    saved = admin.post(
        "/feedback/surveys/new", {**FORM, "stamp": _stamp(admin), "act": "save"}, page="/feedback/surveys/new"
    )
    assert saved.headers["Location"] == "/feedback/surveys/portal?saved=yes"
    assert "How do you like the portal?" in admin.get("/feedback/surveys/portal").text
    with admin.house.store.reading() as session:
        change = session.query(CompanySettingRow).one()
        assert list(change.values) == ["feedback.surveys.portal"]
        assert session.query(AuditRow).filter_by(action="settings.changed").count() == 1
    undone = admin.post(f"/settings/changes/{change.id}/undo", page="/feedback/surveys")
    assert undone.headers["Location"] == "/feedback/surveys#changes"
    assert admin.get("/feedback/surveys/portal").status_code == 404


def test_a_survey_without_a_reason_or_a_question_is_not_stored(admin: WebDesk) -> None:
    for changed in ({"reason": ""}, {"order": ""}, {"score.text.en": ""}):
        fields = {**FORM, "stamp": _stamp(admin), "act": "save", **changed}
        refused = admin.post("/feedback/surveys/new", fields, page="/feedback/surveys/new")
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).count() == 0


def test_a_long_survey_is_warned_of_before_it_is_stored(admin: WebDesk) -> None:
    names = [f"q{n}" for n in range(1, 9)]
    fields = {"order": ",".join(names), "act": "look"}
    for name in names:
        fields |= {f"{name}.kind": "yes_no", f"{name}.text.en": "Yes?"}
    page = admin.post("/feedback/surveys/new", {**FORM, **fields}, page="/feedback/surveys/new").text
    assert "On a phone people meet up to 8 questions" in page
    assert "By e-mail people meet up to 8 questions" in page


def test_an_open_link_has_an_address_and_a_code_to_print_and_can_be_closed(admin: WebDesk) -> None:
    place = _link(admin)
    page = admin.get(place).text
    address = re.search(r'value="(/s/[^"]+)"', page)
    assert address
    assert admin.new_browser().get(address[1]).status_code == 200
    code = admin.get(f"{place}/qr.svg?download=yes")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert "attachment" in code.headers["Content-Disposition"]

    picture = admin.get(f"{place}/qr.png")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")

    admin.post(f"{place}/close", page=place)
    assert admin.new_browser().get(address[1]).status_code == 410
    admin.post(f"{place}/reopen", page=place)
    assert admin.new_browser().get(address[1]).status_code == 200
    with admin.house.store.reading() as session:
        told = [row.action for row in session.query(AuditRow) if row.action.startswith("survey_link")]
    assert told == ["survey_link.opened", "survey_link.closed", "survey_link.reopened"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "does not know the address"),
        ("http://127.0.0.1:8025", "on this computer alone"),
        ("http://desk.localhost", "on this computer alone"),
        ("http://[::1]:8025", "on this computer alone"),
        ("http://10.1.2.3:8025", "within your own network alone"),
        ("http://desk:8025", "within your own network alone"),
        ("https://feedback.nordlys.example", ""),
    ],
)
def test_a_link_that_customers_cannot_open_says_what_to_set(admin: WebDesk, address: str, said: str) -> None:
    place = _link(admin, kind="link")
    admin.app.state.house = replace(admin.app.state.house, surveys_url=address)
    page = admin.get(place).text
    assert ("GENKLANG_SURVEYS_URL" in page) == bool(said)
    assert said in page
    assert f'value="{address}/s/' in page
    assert ("qr.svg" in page) == (said == "" or "network" in said)


def test_a_screen_on_a_counter_is_an_address_to_open_there(admin: WebDesk) -> None:
    page = admin.get(_link(admin, kind="kiosk")).text
    assert "thanks for 5 seconds" in page
    assert "qr.svg" not in page


def test_a_widget_names_its_websites_and_gives_a_snippet(admin: WebDesk) -> None:
    place = _link(admin, kind="widget", origins="https://www.nordlys.example/\nhttp://localhost:3000")
    assert "&lt;script async src=" in admin.get(place).text
    with admin.house.store.reading() as session:
        assert session.query(SurveyLinkRow).one().origins == [
            "https://www.nordlys.example",
            "http://localhost:3000",
        ]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"survey": "nothing"},
        {"kind": "poster"},
        {"language": "fr"},
        {"expires": "2020-01-01"},
        {"expires": "soon"},
        {"kind": "widget"},
        {"kind": "widget", "origins": "https://a.example; script-src *"},
        {"kind": "widget", "origins": "https://a.example/path"},
        {"kind": "widget", "origins": "*"},
    ],
)
def test_a_link_that_cannot_be_meant_is_not_opened(admin: WebDesk, changed: dict[str, str]) -> None:
    assert _link(admin, **changed) == "422"
    with admin.house.store.reading() as session:
        assert session.query(SurveyLinkRow).count() == 0
