"""What SQLite lets pass: two schedulers give out what waits at the same moment, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.desk.casework.assigning_waiting import assign_waiting
from agent.store.tables import AuditRow
from tests.house import TestHouse, build_test_house
from tests.unit.desk.casework.test_assigning import with_mode
from tests.unit.desk.casework.test_assigning_waiting import corrected, holder, waiting

pytestmark = pytest.mark.server


@pytest.fixture
def home(tmp_path: Path, postgres_url: str) -> TestHouse:
    return build_test_house(tmp_path, url=postgres_url)


def test_each_case_is_given_once_however_many_schedulers_there_are(home: TestHouse) -> None:
    with_mode(home, "automatic")
    cases = [waiting(home, hours_ago=n + 1) for n in range(12)]
    with ThreadPoolExecutor(3) as several:
        given = sum(several.map(assign_waiting, [home.house] * 3))
    assert given == len(cases)
    assert {holder(home, case) for case in cases} == {home.person.id}
    with home.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="case.assigned").count() == len(cases)


def test_a_case_that_a_person_put_back_is_left_to_people(home: TestHouse) -> None:
    with_mode(home, "automatic")
    case = waiting(home, hours_ago=2)
    assert assign_waiting(home.house) == 1
    corrected(home, case, priority="high")
    corrected(home, case, unassign=True)
    assert assign_waiting(home.house) == 0
