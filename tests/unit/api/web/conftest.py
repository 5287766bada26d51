"""Those who open the settings: an administrator and a lead, at a desk whose settings count without a restart."""

from dataclasses import replace

import pytest

from agent.desk.settings.live import LiveCompany
from tests.builders import a_person
from tests.unit.api.conftest import WebDesk

ADMIN = "astrid@nordlys.example"


def live(desk: WebDesk) -> LiveCompany:
    """The company as pages and tasks see it."""
    company = LiveCompany(desk.house.store, desk.house.house.company)
    desk.house.house = replace(desk.house.house, live_company=company)
    desk.app.state.house = desk.house.house
    return company


@pytest.fixture
def admin(desk: WebDesk) -> WebDesk:
    """Astrid, an administrator, sits at the desk."""
    live(desk)
    with desk.house.store.writing() as unit:
        a_person(unit.session, desk.house.clock(), email=ADMIN, name="Astrid", role="admin")
    assert desk.sign_in(ADMIN).status_code == 303
    return desk


@pytest.fixture
def leading(desk: WebDesk) -> WebDesk:
    """Emil, who leads, sits at the desk."""
    live(desk)
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk
