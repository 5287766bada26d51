"""Customers from a CSV: good rows are taken, bad ones named, known ones brought up to date."""

import pytest
from sqlalchemy import select

from agent.desk.customers.records import ImportReport, import_customers
from agent.errors import Unreadable
from agent.store.tables import ContactWayRow, CustomerRow
from tests.house import TestHouse


def take(home: TestHouse, text: str) -> ImportReport:
    with home.store.writing() as unit:
        return import_customers(unit, text.splitlines(keepends=True), home.clock())


def customer(home: TestHouse, email: str) -> CustomerRow:
    with home.store.reading() as session:
        return session.scalars(select(CustomerRow).where(CustomerRow.email == email)).one()


def test_known_columns_are_fields_and_unknown_ones_attributes(home: TestHouse) -> None:
    report = take(
        home,
        "Email,Name,Company,Tier,Annual revenue EUR,Language,Owner,Segment,Country,Contract No\n"
        "Anne@Berg.example,Anne Berg,Berg AS,a,280000,NB,Ida,midsize,NO,K-17\n",
    )
    assert (report.added, report.updated, report.bad_rows) == (1, 0, [])
    row = customer(home, "anne@berg.example")
    assert (row.name, row.tier, row.annual_revenue_eur, row.language) == ("Anne Berg", "A", 280000.0, "nb")
    assert row.attributes == {"contract_no": "K-17"}


def test_a_bad_row_is_named_with_its_line_and_the_rest_taken(home: TestHouse) -> None:
    report = take(
        home,
        "email,tier,annual_revenue_eur\n"
        "a@x.example,A,1\n"
        "not an address,A,1\n"
        '"b@x.example",Z,1\n'
        "c@x.example,B,much\n"
        "d@x.example,B,2,too,many\n"
        "\n"
        "e@x.example,C,3\n",
    )
    assert report.added == 2
    assert [bad.line for bad in report.bad_rows] == [3, 4, 5, 6]
    assert all(bad.reason for bad in report.bad_rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_is_read(home: TestHouse, delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (("\ufeffemail", "name"), ("a@x.example", "Anne"))]
    assert take(home, "\r\n".join(lines)).added == 1
    assert customer(home, "a@x.example").name == "Anne"


def test_quoted_cells_may_hold_delimiters_and_line_ends(home: TestHouse) -> None:
    take(home, 'email,name,note\na@x.example,"Berg, Anne","first\nsecond"\n')
    row = customer(home, "a@x.example")
    assert row.name == "Berg, Anne"
    assert row.attributes == {"note": "first\nsecond"}


@pytest.mark.parametrize(
    ("written", "euros"),
    [
        ("280000", 280_000),
        ("280 000", 280_000),
        ("€280,000.00", 280_000),
        ("280.000,00 EUR", 280_000),
        ("280.000", 280_000),
        ("1,234,567", 1_234_567),
        ("99,5", 99.5),
        ("99.5", 99.5),
    ],
)
def test_amounts_are_read_as_people_write_them(home: TestHouse, written: str, euros: float) -> None:
    take(home, f'email,annual_revenue_eur\na@x.example,"{written}"\n')
    assert customer(home, "a@x.example").annual_revenue_eur == euros


def test_a_second_import_updates_and_keeps_what_the_file_leaves_open(home: TestHouse) -> None:
    take(home, "email,name,tier,plan\na@x.example,Anne,A,gold\n")
    report = take(home, "email,name,tier,seats\nA@x.example,,B,12\n")
    assert (report.added, report.updated) == (0, 1)
    row = customer(home, "a@x.example")
    assert (row.name, row.tier, row.attributes) == ("Anne", "B", {"plan": "gold", "seats": "12"})


def test_the_later_of_two_rows_counts(home: TestHouse) -> None:
    report = take(home, "email,name\na@x.example,Old\na@x.example,New\n")
    assert report.added == 1
    assert customer(home, "a@x.example").name == "New"


@pytest.mark.parametrize("text", ["", "name,tier\nAnne,A\n", "\x00\x01"])
def test_a_file_without_an_email_column_is_refused(home: TestHouse, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        take(home, text)
    assert "email" in refused.value.message


def test_a_thousand_rows_are_taken_in_batches(home: TestHouse) -> None:
    rows = "".join(f"c{number}@x.example\n" for number in range(1_200))
    assert take(home, f"email\n{rows}").added == 1_200
    assert take(home, f"email\n{rows}").updated == 1_200


def test_a_mobile_number_is_a_way_to_reach_them_and_any_other_is_kept_as_written(home: TestHouse) -> None:
    take(
        home,
        "email,country,phone,whatsapp\na@x.example,DK,20 12 34 56,+45 20 12 34 56\nb@x.example,DE,030 901820,\n",
    )
    take(home, "email,phone\na@x.example,+45 20 12 34 57\n")
    anne = customer(home, "a@x.example")
    with home.store.reading() as session:
        ways = {(row.customer_id, row.channel): row.address for row in session.query(ContactWayRow)}
    assert ways == {(anne.id, "sms"): "+4520123457", (anne.id, "whatsapp"): "+4520123456"}
    assert customer(home, "b@x.example").attributes == {"phone": "030 901820"}
