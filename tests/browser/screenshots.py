"""Pictures of every page of the sample desk in both themes, and on a phone: `make screenshots`.

Run as a module with the folder to write to; nothing is checked, people look at the pictures.
"""

import contextlib
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select, update

from agent.clock import system_clock
from agent.desk.feedback.surveys.links import survey_url
from agent.store.tables import HeartbeatRow, MailboxRow, PersonRow
from tests.browser.conftest import CHROMIUM, FLAGS, ServedDesk, new_page, serve, sign_in
from tests.sample_feedback import fill_feedback
from tests.sample_past import fill_past
from tests.unit.desk.incident_rows import an_incident

VIEWS = ((1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"))
QUALITY = 60
MOST_BYTES = 142_000

PAGES = {
    "desk": "/",
    "unassigned": "/views/unassigned",
    "search": "/search?q=faktura",
    "nothing-found": "/search?q=zzz",
    "case": "/cases/{login}",
    "case-edit": "/cases/{charged}?act=edit",
    "case-rewrite": "/cases/{charged}?act=rewrite",
    "case-model-view": "/cases/{login}?text=model",
    "case-versions": "/cases/{charged}/versions",
    "case-merge": "/cases/{charged}/merge",
    "board": "/escalations",
    "incident": "/escalations/incidents/{incident}",
    "incident-reply": "/escalations/incidents/{incident}/reply",
    "absence": "/absence",
    "own-keys": "/keys",
    "insight": "/insight?at={last_week}",
    "insight-running": "/insight",
    "customers": "/customers",
    "customer": "/customers/1",
    "knowledge": "/knowledge",
    "insight-day": "/insight/day?on={last_week}",
    "insight-week": "/insight/week?on={last_week}",
    "insight-month": "/insight/month",
    "feedback": "/feedback",
    "feedback-requests": "/feedback/requests",
    "feedback-customer": "/feedback/customers/{customer}",
    "answers": "/feedback/answers",
    "experiments": "/feedback/experiments",
    "experiment-new": "/feedback/experiments/new",
    "follow-ups": "/feedback/follow-ups",
    "follow-up": "/feedback/follow-ups/{follow_up}",
    "improvements": "/feedback/improvements",
    "improvement": "/feedback/improvements/{improvement}",
    "campaigns": "/feedback/campaigns",
    "campaign": "/feedback/campaigns/{campaign}",
    "campaign-people": "/feedback/campaigns/{campaign}/people?number=waiting",
    "campaign-1-kind": "/feedback/campaigns/{draft}/kind",
    "campaign-2-audience": "/feedback/campaigns/{draft}/audience",
    "campaign-3-message": "/feedback/campaigns/{draft}/message",
    "campaign-4-channels": "/feedback/campaigns/{draft}/channels",
    "campaign-5-schedule": "/feedback/campaigns/{draft}/schedule",
    "campaign-summary": "/feedback/campaigns/{draft}/summary",
    "surveys": "/feedback/surveys",
    "survey-page": "{survey}",
    "survey": "/feedback/surveys/csat",
    "survey-new": "/feedback/surveys/new",
    "link-new": "/feedback/links/new",
    "link": "/feedback/links/{link}",
    "webhooks": "/feedback/webhooks",
    "value": "/feedback/value",
    "value-numbers": "/feedback/value/numbers",
    "problems": "/problems",
    "mentions": "/mentions",
    "tags": "/tags",
    "templates": "/templates",
    "template": "/templates/delay",
    "checklists": "/checklists",
    "checklist": "/checklists/billing",
    "settings": "/settings",
    "settings-mailboxes": "/settings/mailboxes",
    "settings-people": "/settings/people",
    "settings-mailbox": "/settings/mailboxes/{box}",
    "settings-company": "/settings/company",
    "settings-hours": "/settings/hours",
    "settings-escalation": "/settings/escalation",
    "settings-follow-ups": "/settings/follow-ups",
    "settings-prompts": "/settings/prompts",
    "settings-engine": "/settings/engine",
    "settings-reports": "/settings/reports",
    "settings-categories": "/settings/categories",
    "settings-priority": "/settings/priority",
    "settings-work": "/settings/work",
    "settings-tokens": "/settings/tokens",
    "settings-audit": "/settings/audit",
    "accuracy": "/accuracy",
    "rollout": "/rollout",
    "labels": "/labels",
    "memories": "/memories",
}


def take(folder: Path) -> Iterator[Path]:
    """Write the pictures, one file a page, theme and width; gives each as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        contextlib.contextmanager(serve)(Path(home)) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        places = _filled(served)
        for width, height, theme in VIEWS:
            page = new_page(browser, width=width, height=height, theme=theme)
            for name in ("sign-in", *PAGES):
                if name != "sign-in" and page.url.endswith("/sign-in"):
                    sign_in(page, served, email="emil@nordlys.example")
                path = PAGES.get(name, "/sign-in").format_map(places)
                yield from _one(page, served, path, folder / f"{name}-{theme}-{width}.webp")
            page.context.close()
        browser.close()


def _filled(served: ServedDesk) -> dict[str, object]:
    """What the addresses of the pages name, feedback among it; everybody may see everything."""
    with served.house.store.writing() as unit:
        feedback = fill_feedback(unit.session, system_clock(), served.sample)
        fill_past(unit, system_clock())
        unit.session.execute(update(PersonRow).values(role="admin"))
        box = unit.session.scalar(select(MailboxRow.id).limit(1))
        served.house.mailbox_id = box or 0
    incident, _ = an_incident(replace(served.house, clock=system_clock))  # type: ignore[arg-type]
    return {
        **asdict(feedback),
        "incident": incident,
        "last_week": (system_clock() - timedelta(days=7)).date(),
        "login": served.sample.login.id,
        "charged": served.sample.charged.id,
        "box": box,
        "survey": survey_url(served.house.house, feedback.request).removeprefix(served.url),
    }


def _one(page: Page, served: ServedDesk, path: str, file: Path) -> Iterator[Path]:
    with (
        served.house.store.writing() as unit
    ):  # no part of the agent runs here: the desk would say so after a while
        unit.session.execute(update(HeartbeatRow).values(at=system_clock()))
    answer = page.goto(served.url + path)
    if answer is None or not answer.ok:
        sys.stderr.write(f"{path}: {answer.status if answer else 'no answer'}\n")
        return
    page.wait_for_timeout(150)  # what loads itself is there
    # what a person sees first, as WebP: as PNG a case is two and a half times what a picture in the repository may be
    taken = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    file.write_bytes(b64decode(taken["data"]))
    if file.stat().st_size > MOST_BYTES:
        sys.stderr.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")
    yield file


if __name__ == "__main__":
    for written in take(Path(sys.argv[1])):
        print(written.name)
