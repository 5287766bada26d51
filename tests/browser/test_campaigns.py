"""The wizard of a campaign in a real browser: a live count, five steps, a start, and clean pages on every width."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from agent.clock import system_clock
from agent.desk.feedback.campaigns.steering import begin_draft
from agent.desk.feedback.experiments.running import declare
from agent.feedback.campaigns.campaign import Kind
from agent.feedback.experiments.experiment import Arm, Declared
from agent.store.tables import CampaignRow, PersonRow
from tests.browser.conftest import ServedDesk, new_page, unpinned
from tests.browser.test_accessibility import RULES
from tests.builders import PASSWORD

pytestmark = pytest.mark.browser

LEAD = "lead@nordlys.example"


@pytest.fixture
def lead(served: ServedDesk) -> PersonRow:
    """Somebody who may make campaigns."""
    from tests.builders import a_person

    with served.house.store.writing() as unit:
        return a_person(unit.session, system_clock(), email=LEAD, name="Lene Lund", role="lead")


def _sign_in(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Work e-mail").fill(LEAD)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{served.url}/")


def test_a_campaign_is_made_in_five_steps_and_started(
    chromium: Browser, served: ServedDesk, lead: PersonRow
) -> None:
    page = new_page(chromium)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    _sign_in(page, served)
    page.goto(f"{served.url}/feedback/campaigns")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name").fill("Danes in spring")
    page.get_by_label("Targeted").check()
    page.get_by_role("button", name="Save and go on").click()
    first = page.get_by_role("group", name="Condition 1")
    first.get_by_label("Looks at").select_option("customer")
    first.get_by_label("Which one").select_option("country")
    first.get_by_label("Comparison").select_option("is")
    first.get_by_label("Value or number").fill("DK")
    first.get_by_label("Within days").fill("")
    first.get_by_label("Within days").blur()
    expect(page.locator("#reach")).to_contain_text("people in the audience")  # nobody pressed a button
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Subject").first.fill("A question from {company}")
    for _ in range(3):
        page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="What it does")).to_be_visible()
    page.get_by_role("button", name="Start the campaign").click()
    expect(page.get_by_text("Scheduled", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Nothing leaves and nothing is planned.")).to_be_visible()
    assert complaints == []
    page.context.close()
    with served.house.store.reading() as session:
        row = session.query(CampaignRow).one()
        assert (row.state, row.steps["message"]["subject"]["en"]) == ("paused", "A question from {company}")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (320, "dark")])
def test_all_pages_are_clean_and_fit_the_screen(
    chromium: Browser, served: ServedDesk, lead: PersonRow, width: int, theme: str
) -> None:
    with served.house.store.writing() as unit:
        row = begin_draft(unit, served.house.house, name="Loyal ones", kind=Kind.LOYALTY, person=lead)
        arms = (Arm("a day later", 1, {"delay_hours": 24}), Arm("three days later", 1, {"delay_hours": 72}))
        trial = declare(
            unit, served.house.house, name="A day or three?", hypothesis="Sooner is better.",
            declared=Declared("timing", "support_standard", arms, 0.2, 28), cost_per_message_eur=0.05, person=lead,
        )  # fmt: skip
        trial.started_at = system_clock() - timedelta(days=30)
    page = new_page(chromium, width=width, theme=theme)
    _sign_in(page, served)
    at = f"/feedback/campaigns/{row.id}"
    steps = [
        f"{at}/{step}" for step in ("kind", "audience?count=1", "message", "channels", "schedule", "summary")
    ]
    experiments = ("/feedback/experiments", "/feedback/experiments/new")
    for path in ("/feedback/campaigns", at, *steps, f"{at}/preview/de", *experiments):
        page.goto(served.url + path)
        unpinned(page)
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [
            (path, found["id"], [node["html"][:120] for node in found["nodes"]]) for found in violations
        ] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.context.close()
