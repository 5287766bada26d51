"""The list of customers and the page of one: what is shown, and what people do there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agent.customers.profile import Impression, Sign, StyleProfile, grow
from agent.desk.customers.rights import erase_customer
from agent.store.tables import AuditRow, CustomerRow, CustomerStyleRow, ErasureRequestRow, PersonRow
from agent.store.values import dump
from api.web.customers.erased_words import ERASED
from tests.builders import PASSWORD, a_case, a_customer, a_draft, a_letter, a_message, a_triage
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def anne(signed_in: WebDesk) -> CustomerRow:
    """A customer with a profile of three mails and two cases, the older one done."""
    now, box = signed_in.house.clock(), signed_in.mailbox
    with signed_in.house.store.writing() as unit:
        session = unit.session
        anne = a_customer(
            session, now, email="anne@holm.example", name="Anne Holm", company="Holm El", tier="A", language="da",
            annual_revenue_eur=41_400, attributes={"contract": "Pro"},
        )  # fmt: skip
        _case(session, signed_in, anne, "Old question", "done", timedelta(days=40), "neutral")
        _case(session, signed_in, anne, "Nothing works", "open", timedelta(hours=3), "negative")
        a_case(session, now, box, customer=anne, subject="Cheap toner", state="spam")
        profile = StyleProfile()
        for day in range(3):
            signs = {"formality": Sign("formal"), "role": Sign("technician")}
            profile = grow(profile, Impression(now - timedelta(days=9 - day), signs, mood=-0.4 * day))
        session.add(
            CustomerStyleRow(customer_id=anne.id, profile=dump(profile), created_at=now, updated_at=now)
        )
    return anne


def _case(
    session: Session,
    desk: WebDesk,
    customer: CustomerRow,
    subject: str,
    state: str,
    ago: timedelta,
    mood: str,
) -> None:
    now = desk.house.clock()
    case = a_case(
        session, now, desk.mailbox, customer=customer, subject=subject, state=state, came=ago, sentiment=mood,
        first_answer_at=now - ago + timedelta(minutes=34) if state == "done" else None,
    )  # fmt: skip
    message = a_message(session, now, case, came=ago)
    a_triage(session, now, message, sentiment={"value": mood, "confidence": 0.9})
    if state == "done":
        a_letter(session, now, case, a_draft(session, now, case, [[("Hi", [])]]), state="sent")


def page(desk: WebDesk, customer: CustomerRow) -> str:
    return desk.get(f"/customers/{customer.id}").text


def stored(desk: WebDesk, customer: CustomerRow) -> CustomerStyleRow | None:
    with desk.house.store.reading() as session:
        return session.get(CustomerStyleRow, customer.id)


def test_the_page_shows_record_history_figures_and_what_the_profile_rests_on(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    html = page(signed_in, anne)
    for words in ("Anne Holm", "Holm El", "41,400", "Contract", "Pro", "Nothing works", "Old question"):
        assert words in html
    assert "Cheap toner" not in html
    assert "1 of 1" in html  # solved in one answer
    assert "34 min" in html  # median first answer
    assert "Learnt from 3 mails." in html
    assert "Technician" in html
    assert "Less pleased lately" in html
    assert html.index("Nothing works") < html.index("Old question")


def test_the_case_page_leads_to_the_customer(signed_in: WebDesk, anne: CustomerRow) -> None:
    number = re.search(r'href="/cases/(\d+)"', page(signed_in, anne))
    assert number
    assert f'href="/customers/{anne.id}"' in signed_in.get(f"/cases/{number[1]}").text


def test_an_open_complaint_turns_the_feedback_light_red_with_its_reason(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    html = page(signed_in, anne)
    assert "Do not ask now" in html
    assert "light-red" in html


def test_without_a_case_the_light_is_green_and_the_page_says_what_to_do(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        bo = a_customer(unit.session, signed_in.house.clock(), email="bo@x.example")
    html = page(signed_in, bo)
    assert "light-green" in html
    assert "No cases yet" in html
    assert "Nothing is learnt yet" in html


def test_a_person_sets_a_level_and_leaves_it_to_the_mails_again(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    path = f"/customers/{anne.id}/style"
    assert signed_in.post(path, {"trait": "formality", "level": "informal"}).status_code == 303
    assert "set by a person" in page(signed_in, anne)
    signed_in.post(path, {"trait": "formality", "level": ""})
    assert "set by a person" not in page(signed_in, anne)
    with signed_in.house.store.reading() as session:
        assert [row.action for row in session.query(AuditRow)][-2:] == ["style.set", "style.set"]


def test_a_level_that_does_not_exist_comes_back_with_the_reason(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    answer = signed_in.post(f"/customers/{anne.id}/style", {"trait": "formality", "level": "loud"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_freeze_and_forget(signed_in: WebDesk, anne: CustomerRow) -> None:
    signed_in.post(f"/customers/{anne.id}/style/freeze", {"frozen": "on"})
    assert "Frozen: further mails do not change it." in page(signed_in, anne)
    signed_in.post(f"/customers/{anne.id}/style/forget")
    assert stored(signed_in, anne) is None
    assert "Nothing is learnt yet" in page(signed_in, anne)


def test_the_consent_switch_deletes_the_profile_and_can_be_switched_on_again(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    path = f"/customers/{anne.id}/consent"
    signed_in.post(path, {"purpose": "tone", "agrees": "off"})
    assert stored(signed_in, anne) is None
    html = page(signed_in, anne)
    assert 'aria-checked="false"' in html
    assert "even tone" in html
    assert (
        signed_in.post(f"/customers/{anne.id}/style", {"trait": "length", "level": "short"}).status_code
        == 409
    )
    signed_in.post(path, {"purpose": "tone", "agrees": "on"})
    assert 'aria-checked="true"' in page(signed_in, anne)


def test_an_objection_to_drafts_is_recorded(signed_in: WebDesk, anne: CustomerRow) -> None:
    signed_in.post(f"/customers/{anne.id}/consent", {"purpose": "drafts", "agrees": "off"})
    assert "people write every answer themselves" in page(signed_in, anne)


def test_the_copy_is_a_file_with_the_profile_and_its_handing_out_is_on_record(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    answer = signed_in.post(f"/customers/{anne.id}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = answer.json()
    assert kept["customer"]["email"] == "anne@holm.example"
    assert kept["customer_styles"][0]["profile"]["mails"] == 3
    assert len(kept["cases"]) == 3
    with signed_in.house.store.reading() as session:
        assert [row.action for row in session.query(AuditRow)][-1] == "customer.exported"


def test_erasure_takes_a_typed_address_and_a_second_person_and_ends_with_a_receipt(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    path = f"/customers/{anne.id}/erasure"
    assert signed_in.post(path, {"step": "ask", "typed": "wrong@x.example"}).status_code == 422
    signed_in.post(path, {"step": "ask", "typed": "anne@holm.example"})
    assert "A second person has to agree." in page(signed_in, anne)
    assert signed_in.post(path, {"step": "agree", "typed": "anne@holm.example"}).status_code == 409
    signed_in.post("/sign-out")
    signed_in.sign_in("emil@nordlys.example", PASSWORD)
    assert "Agree…" in page(signed_in, anne)
    receipt = signed_in.post(path, {"step": "agree", "typed": "anne@holm.example"})
    assert receipt.status_code == 200
    assert "Receipt of erasure" in receipt.text
    assert "Old pages" not in receipt.text, (
        "the desk's own request must not keep the database from forgetting"
    )
    assert "anne@holm.example" in receipt.text
    assert "Customer records" in receipt.text
    assert signed_in.get(f"/customers/{anne.id}").status_code == 404
    with signed_in.house.store.reading() as session:
        assert session.query(ErasureRequestRow).count() == 0


def test_the_receipt_has_words_for_all_that_an_erasure_counts(signed_in: WebDesk, anne: CustomerRow) -> None:
    with signed_in.house.store.writing() as unit:
        receipt = erase_customer(unit, signed_in.house, anne.email, actor="system")
    assert receipt.done.keys() == ERASED.keys()


def test_a_request_for_erasure_can_be_withdrawn(signed_in: WebDesk, anne: CustomerRow) -> None:
    path = f"/customers/{anne.id}/erasure"
    signed_in.post(path, {"step": "ask", "typed": "anne@holm.example"})
    signed_in.post(path, {"step": "withdraw"})
    assert "Erase…" in page(signed_in, anne)


def test_the_list_finds_by_name_address_and_company_whatever_the_case(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    with signed_in.house.store.writing() as unit:
        a_customer(
            unit.session, signed_in.house.clock(), email="kim@sø.example", name="Kim", company="Ærø Færger"
        )
    for words in ("anne", "HOLM.example", "holm el"):
        assert "Anne Holm" in signed_in.get(f"/customers?q={words}").text
    assert "Kim" in signed_in.get("/customers?q=ærø").text
    assert "Anne Holm" not in signed_in.get("/customers?q=ærø").text
    assert "Nobody found" in signed_in.get("/customers?q=zebra").text


def test_pages_of_the_list_and_of_the_history_neither_repeat_nor_leave_out(
    signed_in: WebDesk, anne: CustomerRow
) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        for n in range(120):
            a_customer(unit.session, now, email=f"c{n:03}@x.example")
        for n in range(45):
            a_case(unit.session, now, signed_in.mailbox, customer=anne, subject=f"Number {n}")
    assert len(_followed(signed_in, "/customers", r'href="/customers/(\d+)"')) == 121
    assert len(_followed(signed_in, f"/customers/{anne.id}", r'<li><a href="/cases/(\d+)"')) == 47


def _followed(desk: WebDesk, path: str, link: str) -> set[str]:
    seen: list[str] = []
    while path:
        html = desk.get(path).text
        seen += re.findall(link, html)
        following = re.search(r'<a [^>]*rel="next"[^>]*>', html)
        path = re.search(r'href="([^"]+)"', following[0])[1].replace("&amp;", "&") if following else ""  # type: ignore[index]
    assert len(seen) == len(set(seen))
    return set(seen)


def test_a_hostile_name_is_text(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        row = a_customer(
            unit.session,
            signed_in.house.clock(),
            email="x@x.example",
            name="<script>alert(1)</script>{{7*7}}",
        )
    html = page(signed_in, row)
    assert "<script>alert" not in html
    assert "{{7*7}}" in html


def test_nobody_reads_customers_without_signing_in(desk: WebDesk) -> None:
    assert desk.get("/customers").status_code in {303, 307, 401}
    with desk.house.store.reading() as session:
        assert session.query(PersonRow).count()


def test_machines_read_a_customer_with_the_profile(signed_in: WebDesk, anne: CustomerRow) -> None:
    found = signed_in.get("/api/v1/customers?q=holm").json()
    assert [row["email"] for row in found["items"]] == ["anne@holm.example"]
    body = signed_in.get(f"/api/v1/customers/{anne.id}").json()
    assert body["profile"]["mails"] == 3
    assert body["profile"]["traits"]["formality"]["level"] == "formal"
    assert body["objections"] == []
    assert signed_in.get("/api/v1/customers/999").status_code == 404
