"""The pages about feedback with something on them: axe finds nothing in both themes, and none is wider than its screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import update

from agent.clock import system_clock
from agent.desk.feedback.surveys.links import survey_url
from agent.store.tables import MailboxRow, PersonRow
from tests.browser.conftest import ServedDesk, new_page, sign_in, unpinned
from tests.browser.test_accessibility import RULES
from tests.sample_feedback import fill_feedback

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

STEPS = ("kind", "audience", "message", "channels", "schedule", "summary")
SETTINGS = ("work", "hours", "escalation", "follow-ups", "prompts", "engine", "reports")


def _paths(served: ServedDesk) -> list[str]:
    """Every page of the newer rooms, with the rows of the sample behind it; Ida may see them all."""
    with served.house.store.writing() as unit:
        sample = fill_feedback(unit.session, system_clock(), served.sample)
        unit.session.execute(update(PersonRow).values(role="admin"))
        box = unit.session.query(MailboxRow.id).limit(1).scalar()
    case = f"/cases/{served.sample.charged.id}"
    return [
        "/feedback", "/feedback/requests", "/feedback/answers", "/feedback/experiments", "/feedback/experiments/new",
        "/feedback/follow-ups", f"/feedback/follow-ups/{sample.follow_up}",
        "/feedback/campaigns", f"/feedback/campaigns/{sample.campaign}",
        f"/feedback/campaigns/{sample.campaign}/people?number=waiting",
        *(f"/feedback/campaigns/{sample.draft}/{step}" for step in STEPS),
        "/feedback/surveys", "/feedback/surveys/csat", "/feedback/surveys/new",
        "/feedback/links/new", f"/feedback/links/{sample.link}",
        "/feedback/value", "/feedback/value/numbers", "/feedback/webhooks",
        "/insight/day", "/insight/week", "/insight/month", "/insight/quarter",
        "/feedback/improvements", f"/feedback/improvements/{sample.improvement}",
        f"/customers/{sample.customer}", f"/feedback/customers/{sample.customer}",
        *(f"/settings/{page}" for page in SETTINGS), f"/settings/mailboxes/{box}",
        case, f"{case}?text=model", f"{case}/versions",
        survey_url(served.house.house, sample.request),
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_all_pages_are_clean_and_fit_the_screen(
    chromium: Browser, served: ServedDesk, width: int, theme: str
) -> None:
    paths = _paths(served)
    page = new_page(chromium, width=width, theme=theme)
    sign_in(page, served)
    found: dict[str, object] = {}
    for path in paths:
        opened = page.goto(served.url + path)
        assert opened is not None
        assert opened.status == 200, path
        unpinned(page)
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[path] = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[f"{path} is too wide"] = width
    page.context.close()
    assert found == {}


@pytest.mark.parametrize(("width", "language"), [(320, "de")])
def test_no_page_is_wider_than_a_small_phone(
    chromium: Browser, served: ServedDesk, width: int, language: str
) -> None:
    paths = _paths(served)
    page = new_page(chromium, width=width, height=640)
    sign_in(page, served)
    with served.house.store.writing() as unit:
        unit.session.execute(update(PersonRow).values(language=language))
    too_wide = []
    for path in paths:
        page.goto(served.url + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(path)
    page.context.close()
    assert too_wide == []
