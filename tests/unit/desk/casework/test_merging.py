"""Two cases become one, one becomes two, and both can be taken back."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from agent.desk.casework.changes import change_of
from agent.desk.casework.merging import keep_apart, merge, undo_merge
from agent.desk.casework.renaming_placeholders import renamed
from agent.desk.casework.splitting import split, undo_split
from agent.desk.steps.intake import check_once
from agent.errors import Conflict, WrongUse
from agent.mail.conversation import new_message_id
from agent.store.tables import CaseRow, DraftRow, MailboxRow, MessageRow, NoteRow, PlaceholderRow
from tests.builders import a_case, a_draft, a_message
from tests.house import TestHouse
from tests.unit.desk.conftest import letter


@pytest.fixture
def two(home: TestHouse) -> tuple[int, int]:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        ids = []
        for name, value in (("Anne", "Anne Berg"), ("Bo", "Bo Dahl")):
            case = a_case(unit.session, home.clock(), box, customer_name=name, draft_state="ready")
            mail = a_message(unit.session, home.clock(), case, text=f"[PERSON_1] is {name}")
            a_draft(unit.session, home.clock(), case, [[("Hi", [])]])
            unit.session.add(PlaceholderRow(case_id=case.id, token="[PERSON_1]", value=value))
            unit.session.add(
                NoteRow(case_id=case.id, person_id=home.person.id, text=name, created_at=home.clock())
            )
            ids.append(case.id)
            assert mail.redacted_new_text
    return ids[0], ids[1]


def everything(home: TestHouse) -> dict[str, list[object]]:
    with home.store.reading() as session:
        return {
            "mails": [
                (row.case_id, row.redacted_new_text)
                for row in session.scalars(select(MessageRow).order_by(MessageRow.id))
            ],
            "drafts": [
                (row.case_id, row.version, row.state)
                for row in session.scalars(select(DraftRow).order_by(DraftRow.id))
            ],
            "notes": list(session.scalars(select(NoteRow.case_id).order_by(NoteRow.id))),
            "names": sorted(
                (row.case_id, row.token, row.value) for row in session.scalars(select(PlaceholderRow))
            ),
            "cases": [
                (row.id, row.state, row.draft_state, row.latest_in_id, row.merged_into_id)
                for row in session.scalars(select(CaseRow).order_by(CaseRow.id))
            ],
        }


def test_a_merge_moves_all_and_comes_back_as_it_was(home: TestHouse, two: tuple[int, int]) -> None:
    kept, other = two
    before = everything(home)
    with home.store.writing() as unit:
        change = merge(unit, home.house, keep_id=kept, other_id=other, person=home.person)
    after = everything(home)
    assert {case_id for case_id, _ in after["mails"]} == {kept}  # type: ignore[misc]
    assert after["notes"] == [kept, kept]
    assert [(case_id, state) for case_id, _, state in after["drafts"]] == [  # type: ignore[misc]
        (kept, "superseded"),
        (kept, "ready"),  # the one that answers the newest mail
    ]
    assert after["cases"][1][1:] == ("done", "none", None, kept)  # type: ignore[index]
    with home.store.writing() as unit:
        undo_merge(unit, home.house, change_of(unit, change.id, home.person), home.person)
    assert everything(home) == before


def test_two_persons_never_share_a_placeholder(home: TestHouse, two: tuple[int, int]) -> None:
    with home.store.writing() as unit:
        merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)
    after = everything(home)
    assert [text for _, text in after["mails"]] == ["[PERSON_1] is Anne", "[PERSON_2] is Bo"]  # type: ignore[misc]
    assert (two[0], "[PERSON_2]", "Bo Dahl") in after["names"]


def test_the_same_person_keeps_one_placeholder() -> None:
    names, added = renamed(
        {"[PERSON_1]": "Anne", "[EMAIL_1]": "a@b"}, {"[PERSON_1]": "Bo", "[PERSON_2]": "Anne"}
    )
    assert names == {"[PERSON_1]": "[PERSON_2]", "[PERSON_2]": "[PERSON_1]"}
    assert added == {"[PERSON_2]": "Bo"}


def test_a_merge_is_not_undone_once_somebody_went_on(home: TestHouse, two: tuple[int, int]) -> None:
    with home.store.writing() as unit:
        change = merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)
    with home.store.writing() as unit:
        unit.session.get_one(CaseRow, two[0]).version += 1
    with pytest.raises(Conflict), home.store.writing() as unit:
        undo_merge(unit, home.house, change_of(unit, change.id, home.person), home.person)


def test_nothing_is_merged_with_itself_or_twice(home: TestHouse, two: tuple[int, int]) -> None:
    with pytest.raises(WrongUse), home.store.writing() as unit:
        merge(unit, home.house, keep_id=two[0], other_id=two[0], person=home.person)
    for error in (None, Conflict):
        if error is None:
            with home.store.writing() as unit:
                merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)
            continue
        with pytest.raises(error), home.store.writing() as unit:
            merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)


def test_a_reply_to_the_merged_case_joins_the_kept_one(home: TestHouse, receive: Callable[..., None]) -> None:
    receive(letter(subject="One"))
    receive(letter(subject="Another", message_id="<2@customer.example>"))
    with home.store.reading() as session:
        first, second = session.scalars(select(CaseRow.id).order_by(CaseRow.id)).all()
    with home.store.writing() as unit:
        merge(unit, home.house, keep_id=first, other_id=second, person=home.person)
    ours = new_message_id("nordlys.example", second, "abc", home.house.secret_key)
    home.inbox.deliver(
        letter(subject="Re: Another", message_id="<3@customer.example>", extra=f"In-Reply-To: {ours}\r\n")
    )
    check_once(home.house, home.mailbox_id)
    home.work()
    with home.store.reading() as session:
        assert set(session.scalars(select(MessageRow.case_id).where(MessageRow.direction == "in"))) == {first}


def test_a_person_keeps_two_cases_apart(home: TestHouse, two: tuple[int, int]) -> None:
    with home.store.writing() as unit:
        unit.session.get_one(CaseRow, two[1]).may_belong_to_id = two[0]
    with home.store.writing() as unit:
        keep_apart(unit, home.house, case_id=two[1], person=home.person)
    with home.store.reading() as session:
        assert session.get_one(CaseRow, two[1]).may_belong_to_id is None
    with pytest.raises(Conflict), home.store.writing() as unit:
        keep_apart(unit, home.house, case_id=two[1], person=home.person)


def test_chosen_mails_become_a_case_and_go_back(home: TestHouse, two: tuple[int, int]) -> None:
    with home.store.writing() as unit:
        merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)
        newest = unit.session.scalars(select(MessageRow.id).order_by(MessageRow.id.desc())).first()
    before = everything(home)
    with home.store.writing() as unit:
        change = split(unit, home.house, case_id=two[0], message_ids=[newest or 0], person=home.person)
    after = everything(home)
    new = change.detail["new"]
    assert after["mails"][1][0] == new  # type: ignore[index]
    assert after["cases"][-1][1:4] == ("open", "ready", newest)  # type: ignore[index]
    assert (new, "[PERSON_2]", "Bo Dahl") in after["names"]
    with home.store.writing() as unit:
        undo_split(unit, home.house, change_of(unit, change.id, home.person), home.person)
    undone = everything(home)
    assert undone["mails"] == before["mails"]
    assert undone["drafts"] == before["drafts"]
    assert undone["cases"][:2] == before["cases"]
    assert undone["cases"][2][4] == two[0]  # type: ignore[index]


def test_a_split_leaves_a_mail_on_both_sides(home: TestHouse, two: tuple[int, int]) -> None:
    with home.store.reading() as session:
        ids = session.scalars(select(MessageRow.id).where(MessageRow.case_id == two[0])).all()
    with pytest.raises(WrongUse), home.store.writing() as unit:
        split(unit, home.house, case_id=two[0], message_ids=ids, person=home.person)
