"""The page of what was learnt: people look it over, confirm, edit, retire and take back."""

from datetime import timedelta

import pytest

from agent.memories.memory import Scope, State
from agent.store.tables import AuditRow, EditRow, MemoryRow, MemorySightRow, OutboxRow
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk

FACT = "The line is open from 8 to 16."


def remember(desk: WebDesk, **more: object) -> tuple[int, int]:
    """A memory that one case taught; the ids of both."""
    now = desk.house.clock()
    values = {
        "kind": "fact", "topic": "sentence", "language": "en", "after": FACT, "about": "When is it open?",
        "scope": Scope.CATEGORY, "scope_key": "service", "state": State.PROPOSED, "created_at": now, "updated_at": now,
    } | more  # fmt: skip
    with desk.house.store.writing() as unit:
        case = a_case(unit.session, now, desk.mailbox, state="waiting", draft_state="none")
        a_message(unit.session, now, case)
        draft = a_draft(unit.session, now, case, [[("Hi", [])]])
        draft.state, draft.engine = "sent", "person"
        memory = MemoryRow(**values)
        unit.session.add(memory)
        unit.session.flush()
        unit.session.add(
            MemorySightRow(memory_id=memory.id, draft_id=draft.id, case_id=case.id, after=FACT, seen_at=now)
        )
        return memory.id, case.id


def stored(desk: WebDesk, memory_id: int) -> MemoryRow:
    with desk.house.store.reading() as session:
        return session.get_one(MemoryRow, memory_id)


def test_an_empty_page_says_what_to_do(signed_in: WebDesk) -> None:
    page = signed_in.get("/memories").text
    assert "Nothing has been learnt yet" in page
    assert "Change a draft before you send it" in page


def test_strangers_see_nothing(desk: WebDesk) -> None:
    assert desk.get("/memories").status_code in {303, 401}


def test_a_memory_is_shown_with_its_evidence(signed_in: WebDesk) -> None:
    _, case_id = remember(signed_in)
    page = signed_in.get("/memories").text
    assert FACT in page
    assert "When is it open?" in page
    assert "Seen in 1 case of 2" in " ".join(page.split())
    assert f'href="/cases/{case_id}"' in page


def test_people_confirm_and_take_it_back(signed_in: WebDesk) -> None:
    memory_id, _ = remember(signed_in)
    answer = signed_in.post(f"/memories/{memory_id}/confirm")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/memories#memory-{memory_id}")
    assert stored(signed_in, memory_id).state == State.ACTIVE
    signed_in.post(f"/memories/{memory_id}/undo")
    assert stored(signed_in, memory_id).state == State.PROPOSED
    with signed_in.house.store.reading() as session:
        actions = [row.action for row in session.query(AuditRow) if row.subject == f"memory:{memory_id}"]
        actors = {row.actor for row in session.query(AuditRow) if row.subject == f"memory:{memory_id}"}
    assert actions == ["memory.confirmed", "memory.undone"]
    assert actors == {f"person:{signed_in.ida.id}"}


def test_people_change_its_words_and_whom_it_holds_for(signed_in: WebDesk) -> None:
    memory_id, _ = remember(signed_in)
    signed_in.post(f"/memories/{memory_id}/edit", {"after": "It is open from 9.", "holds": "all"})
    row = stored(signed_in, memory_id)
    assert (row.after, row.scope, row.scope_key) == ("It is open from 9.", Scope.ALL, "")


def test_a_refused_change_keeps_what_was_typed(signed_in: WebDesk) -> None:
    memory_id, _ = remember(signed_in)
    answer = signed_in.post(f"/memories/{memory_id}/edit", {"after": "Ask [PERSON_1].", "holds": "all"})
    assert answer.status_code == 422
    assert "Personal data cannot be remembered." in answer.text
    assert "Ask [PERSON_1]." in answer.text
    assert stored(signed_in, memory_id).after == FACT


def test_people_retire_it(signed_in: WebDesk) -> None:
    memory_id, _ = remember(signed_in)
    signed_in.post(f"/memories/{memory_id}/retire")
    assert stored(signed_in, memory_id).state == State.RETIRED
    assert "Use it again" in signed_in.get("/memories").text


def test_contradictions_are_shown(signed_in: WebDesk) -> None:
    first, _ = remember(signed_in)
    second, _ = remember(signed_in, after="The line is open from 9 to 17.")
    page = signed_in.get("/memories").text
    assert page.count("Contradicts") == 2
    assert f'href="#memory-{first}"' in page
    assert f'href="#memory-{second}"' in page


def test_the_case_says_what_its_edits_taught(signed_in: WebDesk) -> None:
    _, case_id = remember(signed_in)
    remember(signed_in, after="Something else that was learnt.")
    page = signed_in.get(f"/cases/{case_id}").text
    assert "1 thing learnt from your edits" in page
    only = signed_in.get(f"/memories?case={case_id}").text
    assert FACT in only
    assert "Something else" not in only


def test_a_draft_names_a_memory_as_its_source(signed_in: WebDesk) -> None:
    memory_id, _ = remember(signed_in, state=State.ACTIVE)
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, case)
        a_draft(unit.session, now, case, [[("Hi", [])], [(FACT, [f"memory:{memory_id}"])]])
        case_id = case.id
    page = signed_in.get(f"/cases/{case_id}").text
    assert f'href="/memories#memory-{memory_id}"' in page
    assert "learnt from edits" in page
    assert "No longer there" not in page


@pytest.mark.parametrize("by", ["category", "language", "prompt", "engine"])
def test_the_share_sent_unchanged_stands_with_its_interval(signed_in: WebDesk, by: str) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        for changed in (False, True):
            case = a_case(unit.session, now, signed_in.mailbox)
            message = a_message(unit.session, now, case)
            draft = a_draft(unit.session, now, case, [[("Hi", [])]])
            draft.engine, draft.prompt, sent = "local", "local/v1/en", draft
            if changed:
                sent = a_draft(unit.session, now, case, [[("Hello", [])]], version=2)
                sent.engine = "person"
                unit.session.flush()
                unit.session.add(
                    EditRow(draft_id=sent.id, case_id=case.id, written_id=draft.id, learnt_at=now)
                )
            unit.session.flush()
            unit.session.add(
                OutboxRow(
                    case_id=case.id, mailbox_id=signed_in.mailbox.id, draft_id=sent.id, answers_id=message.id,
                    kind="reply", dedupe_key=f"draft:{sent.id}", message_id=f"<{sent.id}@x>", sender="s", recipients=[],
                    content=b"", content_hash="", subject="", text="", state="sent", send_after=now,
                    sent_at=now + timedelta(seconds=1), created_at=now,
                )
            )  # fmt: skip
    page = " ".join(signed_in.get(f"/memories?by={by}").text.split())
    assert "1 of 2 replies that began as a draft left as it was written." in page
    assert "50%" in page
    assert "95 %: 9%–91%" in page
