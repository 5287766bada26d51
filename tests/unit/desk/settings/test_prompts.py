"""A company words a prompt itself: it counts at once, names its version, can be tried and taken back."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.desk.settings.changing import take_back
from agent.desk.settings.live import LiveCompany, stamp_of
from agent.desk.settings.prompts import publish, save_copy, shown
from agent.desk.settings.published_prompts import FROM_FILE, check_published, published
from agent.desk.settings.trying_prompts import ask_trial, ring_for_trials, try_prompt
from agent.errors import NotAllowed, SettingError, WrongUse
from agent.store.tables import MessageRow, PersonRow, PromptTrialMailRow, PromptTrialRow
from prompts.catalogue import Catalogue
from tests.house import TestHouse

FILES = Catalogue()
WORDS = FILES.filed("draft", "en").body.replace("You write the reply", "You write a kind reply")


@pytest.fixture
def chief(home: TestHouse) -> PersonRow:
    home.house = replace(home.house, live_company=LiveCompany(home.store, home.house.company))
    with home.store.writing() as unit:
        row = PersonRow(
            email="a@nordlys.example", name="A", role="admin", password_hash="", created_at=home.clock()
        )
        unit.session.add(row)
    return row


def put(home: TestHouse, chief: PersonRow, body: str = WORDS) -> int:
    with home.store.writing() as unit:
        return save_copy(
            unit, home.house.today(), FILES, task="draft", language="en", body=body, person=chief
        ).version


def make_public(home: TestHouse, chief: PersonRow, version: int) -> None:
    with home.store.writing() as unit:
        publish(
            unit, home.house.today(), FILES, task="draft", language="en", version=version,
            stamp=stamp_of(unit.session), reason="kinder", person=chief,
        )  # fmt: skip


def id_in_force(home: TestHouse) -> str:
    company = home.house.today().company
    with home.store.reading() as session:
        files = Catalogue()
        files.publish(*published(session, company, files))
    return files.get("draft", "en").id


def test_a_copy_counts_once_published_and_no_longer_when_taken_back(
    home: TestHouse, chief: PersonRow
) -> None:
    version = put(home, chief)
    assert (version, id_in_force(home)) == (2, "draft/v1/en")
    make_public(home, chief, version)
    assert id_in_force(home) == "draft/v2/en"
    with home.store.writing() as unit:
        take_back(unit, home.house, change_id=1, person=chief)
    assert id_in_force(home) == "draft/v1/en"


def test_published_words_are_never_changed_and_versions_never_given_twice(
    home: TestHouse, chief: PersonRow
) -> None:
    make_public(home, chief, put(home, chief))
    assert put(home, chief, WORDS.replace("kind", "warm")) == 3
    assert put(home, chief, WORDS.replace("kind", "calm")) == 3, "the copy in work is changed in place"
    with home.store.reading() as session:
        one = shown(session, home.house.today().company, FILES, "draft", "en")
    assert [(row.version, row.published_at is not None) for row in one.copies] == [(3, False), (2, True)]
    assert one.file.body == WORDS
    make_public(home, chief, FROM_FILE)
    assert id_in_force(home) == "draft/v1/en"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (WORDS.replace("{{ mark }}", "X"), "{{ mark }} is missing"),
        (WORDS + "{{ secret }}", "no value called {{ secret }}"),
        (WORDS.replace("<!-- data -->", ""), "<!-- data -->"),
        (WORDS.replace("`paragraphs`", "`blocks`").replace("paragraphs", "blocks"), "`paragraphs`"),
        (WORDS + "{% if %}", "cannot be read as a template"),
        (WORDS + "{{ mark / 2 }}", "cannot be filled in"),
    ],
)
def test_words_that_would_fail_at_the_first_mail_are_not_published(
    home: TestHouse, chief: PersonRow, body: str, complaint: str
) -> None:
    version = put(home, chief, body)
    with pytest.raises(WrongUse, match=re.escape(complaint)):
        make_public(home, chief, version)
    assert id_in_force(home) == "draft/v1/en"


def test_only_administrators_word_prompts(home: TestHouse, chief: PersonRow) -> None:
    with pytest.raises(NotAllowed):
        put(home, home.other)


def test_a_version_that_is_no_number_stops_before_it_is_stored() -> None:
    check_published({"draft": {"da": 3}})
    with pytest.raises(SettingError):
        check_published({"draft": {"da": "newest"}})


def test_a_trial_shows_both_wordings_and_writes_nothing_to_the_case(
    home: TestHouse, chief: PersonRow, receive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    receive()
    asked: list[str] = []

    def reworded(*files: object) -> object:
        asked.extend(file.id for file in files)  # type: ignore[attr-defined]
        return home.understanding

    monkeypatch.setattr(type(home.understanding), "reworded", lambda _self, *files: reworded(*files))
    version = put(home, chief)
    assert version == 2
    with home.store.reading() as session:
        message = session.query(MessageRow).filter_by(direction="in").one()
        drafts = session.execute(MessageRow.__table__.select()).all()
    with home.store.writing() as unit:
        trial = ask_trial(unit, home.house, FILES, copy_id=1, message_ids=[message.id], person=chief)
    assert ("try_prompt", trial.id) in home.doorbell.rung
    try_prompt(home.house, trial.id)
    try_prompt(home.house, trial.id)  # a ring that comes twice does nothing
    assert asked == ["draft/v1/en", "draft/v2/en"]
    with home.store.reading() as session:
        mail = session.query(PromptTrialMailRow).one()
        assert mail.tried["text"] == mail.published["text"]
        assert "Anne" not in mail.tried["text"], "only redacted words are kept"
        assert session.get_one(PromptTrialRow, trial.id).state == "done"
        assert len(session.execute(MessageRow.__table__.select()).all()) == len(drafts)


def test_without_a_model_a_trial_says_so(
    home: TestHouse, chief: PersonRow, receive: Callable[..., None]
) -> None:
    receive()
    put(home, chief)
    with home.store.reading() as session:
        message = session.query(MessageRow).filter_by(direction="in").one()
    with home.store.writing() as unit:
        trial = ask_trial(unit, home.house, FILES, copy_id=1, message_ids=[message.id], person=chief)
    home.doorbell.rung.clear()
    home.clock.advance(minutes=1)
    with home.store.writing() as unit:
        ring_for_trials(unit, home.house)
    assert home.doorbell.rung == [("try_prompt", trial.id)], "a lost ring is rung again"
    try_prompt(home.house, trial.id)
    with home.store.reading() as session:
        row = session.get_one(PromptTrialRow, trial.id)
    assert (row.state, "no language model" in row.problem) == ("failed", True)
