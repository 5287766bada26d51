"""What SQLite lets pass: labels, their check and the accuracy report on a real PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from agent.desk.customers.rights import erase_customer
from agent.desk.learning.accuracy import accuracy_report
from agent.desk.learning.importing_history import Prepared, begin, finish, plan, stage, staged, undo_import
from agent.desk.learning.label_checks import choose, draw_sample
from agent.privacy.redaction import seal
from agent.store.queries.label_checks import disagreements, next_for, progress
from agent.store.tables import CorrectionRow, LabelCheckRow, LabelVoteRow, MailboxRow
from tests.builders import a_case, a_message, a_triage
from tests.house import TestHouse, build_test_house

pytestmark = pytest.mark.server


@pytest.fixture
def home(tmp_path: Path, postgres_url: str) -> TestHouse:
    return build_test_house(tmp_path, url=postgres_url)


def test_history_is_staged_learnt_checked_and_taken_back(home: TestHouse) -> None:
    rows = [
        Prepared(n, f"f:{n}", "Bill", seal(f"text {n}"), np.eye(4, dtype=np.float32)[n], {"billing": 1.0})
        for n in range(4)
    ]
    with home.store.writing() as unit:
        batch = begin(unit, origin="f", digest="d", rows=4, actor="x", now=home.clock()).id
        stage(unit, batch, rows)
    with home.store.writing() as unit:
        made = plan(staged(unit.session, batch), {"Bill": "billing"}, categories=("billing",))
        finish(unit, batch, made, {"Bill": "billing"}, now=home.clock(), checked=0.5)
    with home.store.reading() as session:
        waiting = next_for(session, home.person.id)
        assert waiting is not None
        assert progress(session, home.person.id).for_you == 2
    for person, category in ((home.person, "billing"), (home.other, "delivery")):
        with home.store.writing() as unit:
            choose(unit, home.house, check_id=waiting.check_id, category=category, person=person)
    with home.store.reading() as session:
        assert [len(one.votes) for one in disagreements(session)] == [2]
    with home.store.writing() as unit:
        assert draw_sample(unit, home.house, size=5, seed=1, person=home.other) == 2
    with home.store.writing() as unit:
        assert undo_import(unit, batch, actor="x", now=home.clock()) == 4
    with home.store.reading() as session:
        assert progress(session, home.person.id).waiting == 0


def test_a_customers_mail_is_counted_and_erased_with_its_checks(home: TestHouse) -> None:
    with home.store.writing() as unit:
        mailbox = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(unit.session, home.clock(), mailbox, came=timedelta(hours=1))
        message = a_message(unit.session, home.clock(), case, came=timedelta(hours=1))
        a_triage(unit.session, home.clock(), message, category={"value": "technical", "subcategory": ""})
        unit.session.add(
            CorrectionRow(
                case_id=case.id, field="category", before="technical", after="billing",
                redacted_text="x", created_at=home.clock(),
            )
        )  # fmt: skip
        email = case.customer_email
    with home.store.reading() as session:
        total = accuracy_report(session, home.house.company, home.clock()).total.total
    assert (total.sorted, total.corrected) == (1, 1)
    with home.store.writing() as unit:
        draw_sample(unit, home.house, size=1, seed=1, person=home.other)
        unit.session.flush()
        check = unit.session.query(LabelCheckRow).one()
        choose(unit, home.house, check_id=check.id, category="billing", person=home.person)
    with home.store.writing() as unit:
        erase_customer(unit, home.house, email, actor="x")
    with home.store.reading() as session:
        assert session.query(LabelCheckRow).count() == session.query(LabelVoteRow).count() == 0
