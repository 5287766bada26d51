"""Campaigns at the desk: five steps without a line of JavaScript, a count of whom one reaches, and steering."""

import re
from datetime import timedelta

import pytest

from agent.desk.feedback.campaigns.planning import plan_campaigns
from agent.store.tables import (
    AuditRow,
    CampaignRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    OutboxRow,
)
from tests.builders import a_customer
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    """Emil leads, and there are three Danish customers, one of whom has said no, and a Swede."""
    with desk.house.store.writing() as unit:
        rows, now = unit.session, desk.house.clock()
        danes = [
            a_customer(rows, now, email=f"c{n}@kunde.example", name=f"Anne {n}", country="DK", language="da")
            for n in range(3)
        ]
        a_customer(rows, now, email="sven@kund.example", country="SE", language="sv")
        rows.add(FeedbackOptOutRow(customer_id=danes[0].id, what="all", origin="link", created_at=now))
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def _row(desk: WebDesk) -> CampaignRow:
    with desk.house.store.reading() as session:
        return session.query(CampaignRow).order_by(CampaignRow.id.desc()).first()  # type: ignore[return-value]


def _begin(desk: WebDesk, name: str = "Danes", kind: str = "targeted") -> CampaignRow:
    answer = desk.post("/feedback/campaigns/new", {"kind.name": name, "kind.kind": kind})
    assert answer.status_code == 303, answer.text
    return _row(desk)


DANES = {
    "audience.match": "all", "audience.rows.0.about": "customer", "audience.rows.0.name": "country",
    "audience.rows.0.test": "is", "audience.rows.0.value": "DK",
}  # fmt: skip


def _fields(html: str) -> dict[str, str]:
    """What a browser would send of the page's main form, checked boxes and radios included."""
    form = html[html.index('class="set-form') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        boxed = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and (not boxed or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    return found | dict(areas)


def test_the_wizard_leads_through_five_steps_to_a_campaign_that_asks(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}"
    answer = lead.post(f"{at}/audience", DANES | {"version": row.version, "act": "next"})
    assert answer.headers["Location"] == f"{at}/message"
    for step, following in (("message", "channels"), ("channels", "schedule"), ("schedule", "summary")):
        fields = _fields(lead.get(f"{at}/{step}").text)
        answer = lead.post(f"{at}/{step}", fields | {"act": "next"})
        assert answer.headers.get("Location") == f"{at}/{following}", answer.text
    summary = lead.get(f"{at}/summary").text
    assert "would be asked" in summary
    assert "do not want to be asked" in summary
    assert lead.post(f"{at}/act/start", {"version": _row(lead).version}).status_code == 303
    assert _row(lead).state == "scheduled"
    assert plan_campaigns(lead.house.house) == 3
    with lead.house.store.reading() as session:
        asked = session.query(FeedbackRequestRow).order_by(FeedbackRequestRow.customer_id).all()
        assert [(each.customer_id, each.campaign_id, each.run) for each in asked] == [
            (2, row.id, 1), (3, row.id, 1),
        ]  # fmt: skip
    page = lead.get(at).text
    assert "Running" in page
    assert "do not want to be asked" in page


def test_the_audience_is_counted_before_anything_is_kept(lead: WebDesk) -> None:
    row = _begin(lead)
    page = lead.post(f"/feedback/campaigns/{row.id}/audience", DANES | {"act": "count"})
    assert page.status_code == 200
    reach = page.text[page.text.index('id="reach"') :]
    assert re.search(r'camp-big num">3<', reach)
    assert re.search(r'<b class="num">2</b>', reach)
    assert _row(lead).version == row.version


def test_a_condition_is_written_in_words_and_kept_as_codes(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}/audience"
    words = {"audience.rows.0.value": "denmark, Sweden", "version": row.version, "act": "next"}
    assert lead.post(at, DANES | words).status_code == 303
    assert _row(lead).steps["audience"]["rows"][0]["value"] == "DK, SE"
    assert 'value="Denmark, Sweden"' in lead.get(at).text
    assert "Country: Denmark, Sweden" in lead.get(f"/feedback/campaigns/{row.id}/summary").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"audience.rows.0.value": "Danmarck"}, "This is none of those that are known."),
        ({"audience.rows.0.name": "nps"}, "Choose one that goes with what the condition looks at."),
    ],
)
def test_what_no_customer_could_match_is_refused_at_its_field(
    lead: WebDesk, wrong: dict[str, str], said: str
) -> None:
    row = _begin(lead)
    fields = DANES | wrong | {"version": row.version, "act": "next"}
    refused = lead.post(f"/feedback/campaigns/{row.id}/audience", fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert _row(lead).version == row.version


def test_what_a_program_stored_may_be_changed_here(lead: WebDesk) -> None:
    row = _begin(lead)
    with lead.house.store.writing() as unit:
        stored = unit.session.get_one(CampaignRow, row.id)
        plan = {"about": "customer", "name": "plan", "test": "is", "value": "gold", "days": ""}
        stored.steps = {**stored.steps, "audience": {"segments": [], "match": "all", "rows": [plan]}}
    fields = _fields(lead.get(f"/feedback/campaigns/{row.id}/audience").text)
    changed = fields | {"audience.rows.0.value": "silver", "act": "next"}
    answer = lead.post(f"/feedback/campaigns/{row.id}/audience", changed)
    assert answer.status_code == 303
    assert _row(lead).steps["audience"]["rows"] == [plan | {"value": "silver"}]


def test_conditions_read_as_sentences(lead: WebDesk) -> None:
    row = _begin(lead)
    asked = {"about": "asked", "name": "nps", "test": "at_most", "value": "0", "days": "90"}
    fields = {f"audience.rows.0.{part}": value for part, value in asked.items()}
    lead.post(f"/feedback/campaigns/{row.id}/audience", fields | {"version": row.version, "act": "next"})
    assert "Not asked for NPS in the last 90 days" in lead.get(f"/feedback/campaigns/{row.id}/summary").text


def test_a_first_day_that_has_passed_is_told(lead: WebDesk) -> None:
    row = _begin(lead)
    yesterday = (lead.house.clock() - timedelta(days=1)).date().isoformat()
    again = {"schedule.how": "recurring", "schedule.day": yesterday, "schedule.at": "09:00",
             "schedule.interval": "6", "schedule.every": "monthly"}  # fmt: skip
    at = f"/feedback/campaigns/{row.id}/schedule"
    assert lead.post(at, again | {"version": row.version, "act": "keep"}).status_code == 303
    assert "The first day has passed: it first runs on" in lead.get(at).text


def test_where_nobody_would_be_asked_each_condition_says_whom_it_fits(lead: WebDesk) -> None:
    row = _begin(lead)
    nobody = {
        "audience.rows.1.about": "customer", "audience.rows.1.name": "country",
        "audience.rows.1.test": "is", "audience.rows.1.value": "FI",
    }  # fmt: skip
    fields = DANES | nobody | {"version": row.version, "act": "next"}
    assert lead.post(f"/feedback/campaigns/{row.id}/audience", fields).status_code == 303
    page = lead.get(f"/feedback/campaigns/{row.id}/summary").text
    assert "As things stand nobody would be asked." in page
    assert 'Denmark: <b class="num">3</b>' in page
    assert 'Finland: <b class="num">0</b>' in page


def test_what_cannot_be_meant_is_said_beside_its_field_and_not_kept(lead: WebDesk) -> None:
    row = _begin(lead)
    wrong = DANES | {"audience.rows.0.test": "at_least", "version": row.version}
    page = lead.post(f"/feedback/campaigns/{row.id}/audience", wrong)
    assert page.status_code == 422
    assert "Write a number." in page.text
    assert _row(lead).version == row.version


def test_two_people_never_overwrite_each_other_unseen(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}/audience"
    assert lead.post(at, DANES | {"version": row.version}).status_code == 303
    late = lead.post(at, DANES | {"version": row.version, "audience.rows.0.value": "SE"})
    assert late.status_code == 409
    assert "has changed since you opened it" in late.text
    assert _row(lead).steps["audience"]["rows"][0]["value"] == "DK"


def test_a_campaign_that_lacks_a_day_does_not_start(lead: WebDesk) -> None:
    row = _begin(lead, kind="loyalty")
    summary = lead.get(f"/feedback/campaigns/{row.id}/summary").text
    assert "Complete: Schedule" in summary
    assert "Start the campaign" not in summary
    assert "Schedule the campaign" not in summary
    answer = lead.post(f"/feedback/campaigns/{row.id}/act/start", {"version": row.version})
    assert answer.status_code == 422
    assert _row(lead).state == "draft"


def test_a_test_mail_goes_to_the_person_alone_in_the_chosen_language(lead: WebDesk) -> None:
    row = _begin(lead)
    answer = lead.post(f"/feedback/campaigns/{row.id}/test", {"language": "de"})
    assert answer.status_code == 303
    assert "on its way" in lead.get(answer.headers["Location"]).text
    lead.house.work()
    sent = lead.house.outgoing.sent
    assert len(sent) == 1
    with lead.house.store.reading() as session:
        letter = session.query(OutboxRow).one()
        assert (letter.state, letter.recipients) == ("sent", ["emil@nordlys.example"])
        assert "Eine kurze Frage" in letter.subject
        assert session.query(FeedbackRequestRow).count() == 0


def test_pausing_stopping_and_copying_are_kept_in_the_audit_trail(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}"
    lead.post(f"{at}/audience", DANES | {"version": row.version})
    lead.post(f"{at}/act/start", {"version": _row(lead).version})
    plan_campaigns(lead.house.house)
    for act, state in (("pause", "paused"), ("go-on", "running"), ("stop", "stopped")):
        lead.post(f"{at}/act/{act}", {"version": _row(lead).version})
        assert _row(lead).state == state
    assert lead.post(f"{at}/copy").status_code == 303
    assert _row(lead).state == "draft"
    with lead.house.store.reading() as session:
        acts = [row.action for row in session.query(AuditRow) if row.action.startswith("campaign.")]
    assert acts == [
        "campaign.begun", "campaign.changed", "campaign.started", "campaign.planned", "campaign.paused",
        "campaign.resumed", "campaign.stopped", "campaign.copied",
    ]  # fmt: skip


def test_agents_see_campaigns_and_do_not_make_them(signed_in: WebDesk) -> None:
    assert signed_in.get("/feedback/campaigns").status_code == 200
    assert (
        signed_in.post("/feedback/campaigns/new", {"kind.name": "x", "kind.kind": "loyalty"}).status_code
        == 403
    )


def test_a_weekly_campaign_says_when_it_runs_before_it_is_scheduled(lead: WebDesk) -> None:
    row = _begin(lead, kind="periodic")
    at = f"/feedback/campaigns/{row.id}/schedule"
    weekly = {
        "schedule.how": "recurring", "schedule.day": "2027-03-22", "schedule.at": "09:00", "schedule.every": "weekly",
        "schedule.interval": "2", "schedule.weekday.2": "yes", "schedule.weekday.4": "yes",
    }  # fmt: skip
    assert lead.post(at, weekly | {"version": row.version, "act": "stay"}).status_code == 303
    assert _row(lead).steps["schedule"]["weekdays"] == [2, 4]
    page = lead.get(at).text
    for day in ("23 Mar 2027, 09:00", "25 Mar 2027, 09:00", "6 Apr 2027, 09:00"):
        assert day in page
    assert "Tuesday, Thursday" in lead.get(f"/feedback/campaigns/{row.id}/summary").text


def test_the_preview_shows_what_goes_out_over_sms(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}"
    assert "As a short message" not in lead.get(f"{at}/preview/da").text
    fields = _fields(lead.get(f"{at}/channels").text)
    with lead.house.store.writing() as unit:
        kept = unit.session.get_one(CampaignRow, row.id)
        kept.steps = {**kept.steps, "plan": {**kept.steps["plan"], "order": ["sms", "email"]}}
    assert fields
    page = lead.get(f"{at}/preview/da").text
    assert "As a short message: SMS" in page
    assert "Svar her: " in page
    assert re.search(r"sent as \d text messages", page)


def test_every_number_of_a_campaign_opens_to_its_people(lead: WebDesk) -> None:
    row = _begin(lead)
    at = f"/feedback/campaigns/{row.id}"
    assert lead.post(f"{at}/audience", DANES | {"version": row.version, "act": "next"}).status_code == 303
    assert lead.post(f"{at}/act/start", {"version": _row(lead).version}).status_code == 303
    plan_campaigns(lead.house.house)
    page = lead.get(at).text
    for number, people in (("planned", "2 people"), ("waiting", "2 people"), ("sent", "0 people")):
        assert f"{at}/people?number={number}" in page
        assert people in lead.get(f"{at}/people?number={number}").text
    assert f"{at}/people?number=not_asked&amp;code=opted_out" in page
    held = lead.get(f"{at}/people?number=not_asked&code=opted_out").text
    assert "1 person" in held
    assert "Does not want to be asked." in held
    assert lead.get(f"{at}/people?number=nobody").status_code == 422
