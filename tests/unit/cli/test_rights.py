"""`genklang export|erase|object` on a customer who is known."""

import json

from agent.store.session import open_store
from agent.store.tables import AuditRow, CustomerRow
from tests.unit.cli.conftest import Command

CUSTOMER = "mette@holm.example"


def with_customer(genklang: Command) -> Command:
    (genklang.folder / "customers.csv").write_text(f"email,name,tier\n{CUSTOMER},Mette Holm,B\n")
    assert genklang("customers", "import", "customers.csv").code == 0
    return genklang


def test_export_erase_and_object_do_what_they_say(genklang: Command) -> None:
    with_customer(genklang)
    objected = genklang("object", CUSTOMER, "--purpose", "tone", "--json")
    assert json.loads(objected.out)["done"] == {"tone": 1}

    exported = json.loads(genklang("export", CUSTOMER).out)["customer"]
    assert (exported["name"], exported["objections"]) == ("Mette Holm", ["tone"])

    assert "customers: 1" in genklang("erase", CUSTOMER, "--yes").out
    gone = genklang("export", CUSTOMER)
    assert gone.code == 1
    assert CUSTOMER in gone.err


def test_that_data_was_handed_out_is_on_record(genklang: Command) -> None:
    with_customer(genklang)
    genklang("export", CUSTOMER)
    store = open_store(f"sqlite:///{genklang.folder / 'var' / 'genklang.db'}")
    with store.reading() as session:
        row = session.query(AuditRow).order_by(AuditRow.id.desc()).first()
        customer = session.query(CustomerRow).one()
    store.close()
    assert row is not None
    assert (row.action, row.actor) == ("customer.exported", "command line")
    assert row.subject == f"customer:{customer.id}"


def test_nothing_is_erased_unasked(genklang: Command) -> None:
    with_customer(genklang)
    assert genklang("erase", CUSTOMER, stdin="n\n").code != 0
    assert json.loads(genklang("export", CUSTOMER).out)["customer"]["email"] == CUSTOMER


def test_an_unknown_purpose_is_named_with_those_there_are(genklang: Command) -> None:
    answer = with_customer(genklang)("object", CUSTOMER, "--purpose", "weather")
    assert answer.code == 2
    assert "weather" in answer.err
    assert "drafts or tone" in answer.err
