"""Why a case is urgent is put right reason by reason, by mouse and keys, and taken back with one."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import ServedDesk, listens


def open_login_case(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.login.id}?view=mine")
    listens(page)


def test_a_reason_that_is_not_so_loses_its_points_and_z_brings_them_back(
    page: Page, served: ServedDesk
) -> None:
    open_login_case(page, served)
    why = page.locator("#sec-why")
    expect(why).to_contain_text("+4")
    why.get_by_role("button", name="Not so: Business impact").click()
    expect(page.get_by_text("The reasons for its priority were changed.")).to_be_visible()
    expect(why).not_to_contain_text("+4")
    refused = why.locator("li.no")
    expect(refused).to_contain_text("Vi har 38 ansatte")
    expect(refused).to_contain_text("Ida Kjær says that it is not so.")
    page.keyboard.press("z")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(why).to_contain_text("+4")
    expect(refused).to_have_count(0)


def test_a_reason_is_refused_and_so_after_all_without_a_mouse(page: Page, served: ServedDesk) -> None:
    open_login_case(page, served)
    why = page.locator("#sec-why")
    why.get_by_role("button", name="Not so: Mood").focus()
    page.keyboard.press("Enter")
    expect(why.locator("li.no")).to_contain_text("Mood")
    why.get_by_role("button", name="It is so: Mood").focus()
    page.keyboard.press("Enter")
    expect(why.get_by_role("button", name="Not so: Mood")).to_be_visible()
    expect(why.locator("li.no")).to_have_count(0)
    expect(why.get_by_text("Add a reason")).to_have_count(0)


def test_what_the_customer_said_on_the_phone_is_added(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=mine")
    listens(page)
    why = page.locator("#sec-why")
    why.get_by_text("Add a reason").click()
    why.get_by_role("button", name="Deadline", exact=True).click()
    expect(why).to_contain_text("Ida Kjær added this.")
    expect(why.get_by_role("button", name="Not so: Deadline")).to_be_visible()
