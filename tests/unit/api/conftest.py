"""A desk to click at: the app over a real store in a temporary folder, with a browser's manners and no browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from agent.settings import Settings
from agent.store.tables import MailboxRow, PersonRow
from api.app import create_app
from tests.builders import PASSWORD, heartbeats, password_hash
from tests.house import TestHouse, build_test_house

ORIGIN = "http://127.0.0.1:8025"


@dataclass(slots=True)
class WebDesk:
    """The app, one browser, and the house behind it. `post` sends the page's token, as a form would; a page that
    stays open need not be opened again for the next one."""

    house: TestHouse
    app: FastAPI
    browser: TestClient
    _open_pages: dict[object, str] = field(default_factory=dict)

    @property
    def mailbox(self) -> MailboxRow:
        with self.house.store.reading() as session:
            return session.get_one(MailboxRow, self.house.mailbox_id)

    @property
    def ida(self) -> PersonRow:
        return self.house.person

    def sign_in(self, email: str = "ida@nordlys.example", password: str = PASSWORD) -> Response:
        return self.post("/sign-in", {"email": email, "password": password}, page="/sign-in")

    def token(self, page: str = "/") -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.browser.get(page).text)
        assert found, f"{page} holds no form"
        return found[1]

    def get(self, path: str) -> Response:
        return self.browser.get(path)

    def post(self, path: str, fields: dict[str, object] | None = None, *, page: str = "/") -> Response:
        data = {name: str(value) for name, value in (fields or {}).items()}
        token = self._open_pages.get(self._seat(page)) or self.token(page)
        self._open_pages[self._seat(page)] = token
        return self.browser.post(path, data={"csrf": token} | data, headers={"Origin": ORIGIN})

    def _seat(self, page: str) -> object:
        """This page before this person: who signs in or out is handed another token."""
        return page, *self.browser.cookies.items()

    def new_browser(self) -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, follow_redirects=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WebDesk]:
    house = build_test_house(tmp_path)
    with house.store.writing() as unit:
        for person in unit.session.query(PersonRow):
            person.password_hash = password_hash()
        heartbeats(unit.session, house.clock())
    with house.store.reading() as session:
        house.person = session.get_one(PersonRow, house.person.id)
        house.other = session.get_one(PersonRow, house.other.id)
    app = create_app(house.house, Settings(home=tmp_path))
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as browser:
        yield WebDesk(house, app, browser)


@pytest.fixture
def signed_in(desk: WebDesk) -> WebDesk:
    """Ida sits at the desk."""
    assert desk.sign_in().status_code == 303
    return desk


@pytest.fixture
def rows(signed_in: WebDesk) -> Iterator[Session]:
    """A session to lay out rows with; committed when the test asks with `rows.commit()`."""
    with signed_in.house.store.writing() as unit:
        yield unit.session
