"""axe finds nothing, in both themes and at three widths; no page is wider than its screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import ServedDesk, new_page, sign_in, unpinned

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_clean(chromium: Browser, served: ServedDesk, theme: str) -> None:
    page = new_page(chromium, theme=theme)
    page.goto(f"{served.url}/sign-in")
    found = {"sign-in": Axe().run(page, options=RULES).response["violations"]}
    sign_in(page, served)
    case = f"/cases/{served.sample.login.id}"
    for path in (
        "/",
        case,
        f"{case}?act=edit",
        f"{case}?act=rewrite",
        f"{case}?text=model",
        "/escalations",
        "/insight",
        "/insight/cases?figure=new",
        "/problems",
        "/search?q=zzz",
        "/templates",
        "/templates/delay",
        "/checklists",
        "/checklists/billing",
        "/mentions",
        "/absence",
        "/keys",
    ):
        page.goto(served.url + path)
        found[path] = Axe().run(page, options=RULES).response["violations"]
    page.goto(served.url + case)
    page.locator("summary", has_text="Category").click()
    found["menu"] = Axe().run(page, options=RULES).response["violations"]
    page.context.close()
    assert {
        path: [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in vs]
        for path, vs in found.items()
        if vs
    } == {}


@pytest.mark.parametrize(("width", "height"), [(1200, 800), (900, 800), (390, 844), (320, 640)])
def test_narrow_screens_are_clean_and_never_wider_than_the_screen(
    chromium: Browser, served: ServedDesk, width: int, height: int
) -> None:
    page = new_page(chromium, width=width, height=height)
    sign_in(page, served)
    for path in ("/", f"/cases/{served.sample.login.id}", "/escalations", "/problems"):
        page.goto(served.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        unpinned(page)
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == [], path
    page.context.close()


@pytest.mark.parametrize(
    "asked", [{"forced_colors": "active"}, {"contrast": "more"}], ids=lambda a: next(iter(a))
)
def test_colours_that_people_force_or_strengthen_keep_every_page_clean(
    chromium: Browser, served: ServedDesk, asked: dict[str, str]
) -> None:
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce", **asked)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, served)
    for path in ("/", f"/cases/{served.sample.login.id}", "/escalations", "/insight"):
        page.goto(served.url + path)
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == [], path
    if "forced_colors" in asked:  # the current case is told by more than a background, which is gone
        page.goto(f"{served.url}/cases/{served.sample.login.id}")
        outline = page.locator(".case[aria-current]").evaluate("one => getComputedStyle(one).outlineStyle")
        assert outline == "solid"
    context.close()


def test_contrast_that_is_chosen_at_the_desk_is_that_of_the_system(
    chromium: Browser, served: ServedDesk
) -> None:
    page = new_page(chromium)
    sign_in(page, served)
    token = "getComputedStyle(document.documentElement).getPropertyValue('--line')"
    usual = page.evaluate(token)
    page.locator(".me summary").click()
    page.get_by_role("button", name="More contrast").click()
    assert page.evaluate(token) != usual
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == []
    page.locator(".me summary").click()
    page.get_by_role("button", name="Contrast as the system has it").click()
    assert page.evaluate(token) == usual
    page.context.close()


def test_text_of_twice_the_size_stays_within_the_screen(chromium: Browser, served: ServedDesk) -> None:
    page = new_page(chromium, width=1440, height=900)
    sign_in(page, served)
    for path in ("/", f"/cases/{served.sample.login.id}", "/escalations", "/settings", "/insight"):
        page.goto(served.url + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440, path
        cut = page.evaluate(
            """() => [...document.querySelectorAll('.btn, h1')].filter(one => one.checkVisibility())
            .filter(one => one.scrollHeight > one.clientHeight + 6 && getComputedStyle(one).overflow === 'hidden')
            .map(one => one.textContent.trim())"""
        )
        assert cut == [], path
    page.context.close()
