"""Two desks in one process share how pages are put together, and nothing that is on them."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agent.settings import Settings
from api.app import create_app
from tests.house import build_test_house
from tests.unit.api.conftest import ORIGIN, WebDesk


@pytest.fixture
def neighbour(desk: WebDesk, tmp_path: Path) -> TestClient:
    """A browser at the desk of another company, made after the first desk."""
    folder = tmp_path / "next door"
    folder.mkdir()
    house = build_test_house(folder).house
    house = replace(house, company=replace(house.company, name="Sydlys"))
    return TestClient(create_app(house, Settings(home=folder)), base_url=ORIGIN, follow_redirects=False)


def test_each_desk_speaks_of_its_own_house(desk: WebDesk, neighbour: TestClient) -> None:
    pages = [desk.get("/sign-in").text, neighbour.get("/sign-in").text, desk.get("/sign-in").text]
    assert ["Sydlys" in page for page in pages] == [False, True, False]


def test_who_signed_in_at_one_desk_is_a_stranger_at_the_other(
    signed_in: WebDesk, neighbour: TestClient
) -> None:
    neighbour.cookies = signed_in.browser.cookies
    assert signed_in.get("/").status_code == 200
    assert neighbour.get("/").status_code == 303
