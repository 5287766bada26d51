"""The page on which a person chooses the desk's keys, and hints that show what was chosen."""

from sqlalchemy.orm import Session

from agent.desk.people.keyboard import COMMANDS
from api.web.key_words import COMMANDS as SHOWN
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk


def test_the_list_of_keys_names_every_command_once() -> None:
    assert sorted(command for commands in SHOWN.values() for command in commands) == sorted(COMMANDS)


def test_what_was_chosen_stands_on_the_buttons(signed_in: WebDesk, rows: Session) -> None:
    now = signed_in.house.clock()
    case = a_case(rows, now, signed_in.mailbox)
    a_message(rows, now, case)
    a_draft(rows, now, case, [[("Hej", [])], [("Pengene er sendt.", ["guide-1"])]])
    rows.commit()
    assert "<kbd>A</kbd>" in signed_in.get(f"/cases/{case.id}").text
    answer = signed_in.post("/keys", {"a": "Alt+y", "r": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/keys?saved=yes")
    html = signed_in.get(f"/cases/{case.id}").text
    assert "<kbd>Alt</kbd><kbd>Y</kbd>" in html
    assert "<kbd>A</kbd>" not in html.replace("<kbd>*</kbd><kbd>A</kbd>", "").replace(
        "<kbd>G</kbd><kbd>A</kbd>", ""
    )
    assert "<kbd>R</kbd>" not in html
    assert 'data-own-keys="{&#34;a&#34;: &#34;Alt+y&#34;, &#34;r&#34;: &#34;&#34;}"' in html


def test_a_key_that_is_taken_is_told_at_both_fields_and_what_was_typed_stays(signed_in: WebDesk) -> None:
    answer = signed_in.post("/keys", {"a": "e"})
    assert answer.status_code == 422
    assert "2 fields need another look; nothing was changed." in answer.text
    assert (
        answer.text.count("Two commands cannot have the same key.") == 4
    )  # in the list above and at each field
    assert 'name="a" value="e"' in answer.text
    assert "Take the shipped keys again" not in signed_in.get("/keys").text


def test_the_shipped_keys_come_back(signed_in: WebDesk) -> None:
    signed_in.post("/keys", {"a": "y"})
    assert 'name="a" value="y"' in signed_in.get("/keys").text
    signed_in.post("/keys", {"act": "shipped", "a": "y"})
    assert 'name="a" value="a"' in signed_in.get("/keys").text
