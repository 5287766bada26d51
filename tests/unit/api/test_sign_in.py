"""Coming in and going out: what a session survives, and what ends it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from agent.desk.people.signing_in import ATTEMPTS_PER_ADDRESS
from agent.store.tables import PersonRow, SignInAttemptRow, SignInRow
from tests.unit.api.conftest import ORIGIN, WebDesk


def test_without_a_session_every_page_leads_to_the_sign_in_page_and_back(desk: WebDesk) -> None:
    answer = desk.get("/cases/12?view=mine")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fcases%2F12%3Fview%3Dmine"


def test_the_right_password_opens_the_desk(desk: WebDesk) -> None:
    answer = desk.sign_in()
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert desk.get("/").status_code == 200


def test_the_address_is_not_case_sensitive(desk: WebDesk) -> None:
    assert desk.sign_in(" IDA@Nordlys.example ").status_code == 303


@pytest.mark.parametrize("email", ["ida@nordlys.example", "nobody@nordlys.example"])
def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(desk: WebDesk, email: str) -> None:
    answer = desk.sign_in(email, "not the password")
    assert answer.status_code == 401
    assert "do not belong together" in answer.text


def test_only_a_hash_of_the_token_is_kept(desk: WebDesk) -> None:
    desk.sign_in()
    token = desk.browser.cookies["genklang_session"]
    with desk.house.store.reading() as session:
        kept = session.scalars(select(SignInRow)).one()
    assert token not in kept.token_hash
    assert len(kept.token_hash) == 64


def test_a_session_id_given_before_sign_in_is_worth_nothing_after_it(desk: WebDesk) -> None:
    chosen = f"{desk.ida.id}.chosen-by-a-stranger"
    desk.browser.cookies.set("genklang_session", chosen, domain="127.0.0.1", path="/")
    desk.sign_in()
    assert desk.browser.cookies["genklang_session"] != chosen
    stranger = desk.new_browser()
    stranger.cookies["genklang_session"] = chosen
    assert stranger.get("/").status_code == 303


def test_after_sign_out_the_cookie_is_dead(signed_in: WebDesk) -> None:
    copied = signed_in.browser.cookies["genklang_session"]
    assert signed_in.post("/sign-out").headers["location"] == "/sign-in"
    thief = signed_in.new_browser()
    thief.cookies["genklang_session"] = copied
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "lead"}, {"password_hash": "another"}])
def test_disabling_or_changing_a_person_ends_their_sessions(
    signed_in: WebDesk, change: dict[str, object]
) -> None:
    with signed_in.house.store.writing() as unit:
        person = unit.session.get_one(PersonRow, signed_in.ida.id)
        for name, value in change.items():
            setattr(person, name, value)
    assert signed_in.get("/").status_code == 303


def test_a_session_runs_out_when_nobody_uses_it(signed_in: WebDesk) -> None:
    signed_in.house.clock.advance(hours=9)
    assert signed_in.get("/").status_code == 200
    signed_in.house.clock.advance(hours=9)
    assert signed_in.get("/").status_code == 200
    signed_in.house.clock.advance(hours=11)
    assert signed_in.get("/").status_code == 303


def test_polling_does_not_keep_a_forgotten_session_alive(signed_in: WebDesk) -> None:
    for _ in range(3):
        signed_in.house.clock.advance(hours=4)
        last = signed_in.get("/live")
    assert last.status_code == 303


def test_a_session_ends_after_a_week_however_busy_it_is(signed_in: WebDesk) -> None:
    for _ in range(21):
        assert signed_in.get("/").status_code == 200
        signed_in.house.clock.advance(hours=8)
    assert signed_in.get("/").status_code == 303


def test_guessing_one_password_is_slowed_down_and_waiting_helps(desk: WebDesk) -> None:
    answers = [
        desk.sign_in(password=f"guess number {n}").status_code for n in range(ATTEMPTS_PER_ADDRESS + 1)
    ]
    assert answers == [401] * ATTEMPTS_PER_ADDRESS + [429]
    refused = desk.sign_in()
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    desk.house.clock.advance(minutes=16)
    assert desk.sign_in().status_code == 303


def test_many_sign_ins_a_minute_from_one_place_are_refused(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.desk.people.signing_in.ATTEMPTS_PER_ORIGIN", 4)
    token = desk.token("/sign-in")
    answers = [
        desk.browser.post(
            "/sign-in",
            data={"csrf": token, "email": f"person{n}@nordlys.example", "password": "x"},
            headers={"Origin": ORIGIN},
        ).status_code
        for n in range(9)
    ]
    assert answers.count(429) == 5


def test_a_success_does_not_use_up_the_attempts(desk: WebDesk) -> None:
    for _ in range(ATTEMPTS_PER_ADDRESS + 2):
        assert desk.sign_in().status_code == 303
        desk.post("/sign-out")
    with desk.house.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttemptRow)) == 0


def test_attempts_are_kept_without_the_address(desk: WebDesk) -> None:
    desk.sign_in("my-password-typed-into-the-wrong-field", "x")
    with desk.house.store.reading() as session:
        assert not any("my-password" in row.key for row in session.scalars(select(SignInAttemptRow)))


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_nowhere_but_to_our_own_pages(desk: WebDesk, target: str) -> None:
    fields = {"email": "ida@nordlys.example", "password": "fjord and heather", "next": target}
    assert desk.post("/sign-in", fields, page="/sign-in").headers["location"] == "/"


def test_with_tls_the_cookie_is_bound_to_this_host(
    desk: WebDesk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from fastapi.testclient import TestClient

    from agent.settings import Settings
    from api.app import create_app

    app = create_app(
        desk.house.house,
        Settings(home=tmp_path_factory.mktemp("tls"), public_url="https://desk.nordlys.example"),
    )
    with TestClient(app, base_url="https://desk.nordlys.example", follow_redirects=False) as browser:
        cookie = browser.get("/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-genklang_visitor=")
    assert "Secure" in cookie


def test_attempts_older_than_the_window_are_cleared_away(desk: WebDesk) -> None:
    desk.sign_in(password="not the password")
    desk.house.clock.advance(minutes=timedelta(hours=1).total_seconds() / 60)
    desk.sign_in()
    with desk.house.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttemptRow)) == 0
