"""The company follows what people changed, in every process, and stands firm where that no longer fits."""

from dataclasses import replace

import pytest

from agent.company import Company, laid_over
from agent.desk.settings.changing import change_settings, take_back
from agent.desk.settings.live import LiveCompany, stamp_of
from agent.errors import NotAllowed, SettingError, WrongUse
from agent.store.tables import CompanySettingRow, PersonRow
from tests.house import TestHouse


@pytest.fixture
def chief(home: TestHouse) -> PersonRow:
    home.house = replace(home.house, live_company=LiveCompany(home.store, home.house.company))
    with home.store.writing() as unit:
        row = PersonRow(
            email="a@nordlys.example", name="A", role="admin", password_hash="", created_at=home.clock()
        )
        unit.session.add(row)
    return row


def change(home: TestHouse, person: PersonRow, **values: object) -> CompanySettingRow:
    named = {name.replace("__", "."): value for name, value in values.items()}
    with home.store.writing() as unit:
        return change_settings(
            unit,
            home.house,
            "company",
            named,
            before={},
            stamp=stamp_of(unit.session),
            reason="so",
            person=person,
        )


def test_a_process_that_runs_already_follows(home: TestHouse, chief: PersonRow) -> None:
    heard: list[Company] = []
    running = LiveCompany(home.store, home.house.company)
    running.tell(heard.append)
    assert running() is running(), "the same object as long as nothing changes"
    change(home, chief, company__name="Nordlys AS")
    assert running().name == "Nordlys AS"
    assert [one.name for one in heard] == ["Nordlys AS"]


def test_taking_one_back_keeps_the_later_ones(home: TestHouse, chief: PersonRow) -> None:
    first = change(home, chief, company__name="One", company__country="NO")
    change(home, chief, company__name="Two")
    with home.store.writing() as unit:
        take_back(unit, home.house, change_id=first.id, person=chief)
    company = home.house.today().company
    assert (company.name, company.country) == ("Two", "DK")


def test_changes_that_no_longer_fit_the_file_do_not_stop_the_mail(home: TestHouse, chief: PersonRow) -> None:
    change(home, chief, priority__levels__high=9)
    filed = laid_over(home.house.company, {"priority.unheard_of": 1})
    running = LiveCompany(home.store, filed)
    assert running() is filed
    assert isinstance(running.problem, SettingError)


def test_only_administrators_and_only_what_can_be_meant(home: TestHouse, chief: PersonRow) -> None:
    with pytest.raises(NotAllowed):
        change(home, home.other, company__name="X")
    with pytest.raises(WrongUse, match="not a time zone"):
        change(home, chief, company__zone="Nowhere")
    with pytest.raises(WrongUse, match="not a known key"):
        change(home, chief, priority__level__high=9)
    assert home.house.today().company.name == "Nordlys"
