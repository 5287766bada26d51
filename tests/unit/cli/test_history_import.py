"""`genklang history` with the real models: a spreadsheet in latin-1, an mbox, and taking it back."""

import csv
from pathlib import Path

import pytest

from agent.store.session import open_store
from agent.store.tables import CorrectionRow, LabelCheckRow
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.timeout(400)

ROWS = (
    "Nr;Typ;Beschreibung;Kunde\r\n"
    "1;Rechnung;Die Rechnung für März ist größer als vereinbart, Gruß Jörg Weiß;Jörg Weiß\r\n"
    "2;Lieferung;Das Paket ist seit zwei Wochen überfällig, wo bleibt es?;\r\n"
    "3;Lieferung;Das Paket  ist seit zwei Wochen überfällig, wo bleibt es?;\r\n"
    "4;Rechnung;Wir wurden im Mai zweimal belastet, bitte zahlen Sie zurück.;\r\n"
    "5;Lieferung;Wir wurden im Mai zweimal belastet, bitte zahlen Sie zurück.;\r\n"
    "6;Lieferung;zu kurz\r\n"
)


def rows(folder: Path, table: type) -> list:
    store = open_store(f"sqlite:///{folder / 'var' / 'genklang.db'}")
    with store.reading() as session:
        found = session.query(table).order_by(table.id).all()
    store.close()
    return found


def test_a_spreadsheet_is_understood_reviewed_learnt_once_and_taken_back(genklang: Command) -> None:
    folder = genklang.folder
    (folder / "klagen.csv").write_bytes(ROWS.encode("latin-1"))

    tried = genklang(
        "history", "import", "klagen.csv", "--dry-run", "--mapping", "map.toml", "--review", "d.csv"
    )
    assert tried.code == 0, tried.err
    assert "';' between cells; text=Beschreibung, category=Typ" in tried.err
    assert "klagen.csv:7: It has 3 cells where the header has 4." in tried.err
    assert "Nothing was stored." in tried.out
    assert rows(folder, CorrectionRow) == []
    assert '"Lieferung" = "delivery"' in (folder / "map.toml").read_text()
    assert '"Rechnung" = ""' in (folder / "map.toml").read_text()

    taken = genklang("history", "import", "klagen.csv", "--map", "Rechnung=billing")
    assert taken.code == 0, taken.err
    assert "klagen.csv:4: The same text stands further up." in taken.err
    assert "klagen.csv:5, klagen.csv:6: The same text is labelled billing and delivery." in taken.err
    learnt = rows(folder, CorrectionRow)
    assert [(row.after, row.weight) for row in learnt if row.weight] == [("billing", 1.0), ("delivery", 1.0)]
    assert "Jörg" not in learnt[0].redacted_text
    assert "größer" in learnt[0].redacted_text
    assert [check.cause for check in rows(folder, LabelCheckRow)] == ["dispute"]

    again = genklang("history", "import", "klagen.csv", "--map", "Rechnung=billing")
    assert (again.code, again.out) == (
        0,
        "It was taken in before, as batch 1 (2 labels). Nothing was changed.\n",
    )
    assert len(rows(folder, CorrectionRow)) == len(learnt)

    assert genklang("history", "undo", "1").out == "3 labels of batch 1 were taken back.\n"
    assert "taken back" in genklang("history", "list").out
    assert genklang("history", "undo", "1").code == 1
    assert genklang("history", "undo", "7").code == 1


def test_what_is_put_right_in_the_review_file_settles_a_conflict(genklang: Command) -> None:
    folder = genklang.folder
    (folder / "klagen.csv").write_bytes(ROWS.encode("latin-1"))
    genklang("history", "import", "klagen.csv", "--dry-run", "--map", "Rechnung=billing", "--review", "d.csv")
    lines = list(csv.DictReader((folder / "d.csv").read_text("utf-8-sig").splitlines()))
    assert [(line["place"], line["category"], line["suggested"]) for line in lines] == [
        ("klagen.csv:5", "billing", "delivery"),
        ("klagen.csv:6", "delivery", "billing"),
    ]
    (folder / "d.csv").write_text("place;category\nklagen.csv:6;billing\n")
    done = genklang("history", "import", "klagen.csv", "--map", "Rechnung=billing", "--fixes", "d.csv")
    assert done.out.startswith("3 learnt"), done.err
    assert rows(folder, LabelCheckRow) == []
    (folder / "d.csv").write_text("place,category\nklagen.csv:6,nonsense\n")
    assert genklang("history", "import", "klagen.csv", "--fixes", "d.csv").code == 2


MAIL = """From {n} Mon Nov 23 08:00:0{n} 2026
From: Anne Berg <anne@berg.example>
Subject: {subject}
Message-ID: <{n}@berg.example>
{labels}Content-Type: text/plain; charset=utf-8

{text}
Regards, Anne Berg

"""


def test_mails_bear_the_label_of_their_mail_program_or_of_their_file(genklang: Command) -> None:
    box = MAIL.format(
        n=1, subject="Wrong invoice", labels="X-Gmail-Labels: Inbox,Opened,Billing\n", text="Too high."
    )
    box += MAIL.format(n=2, subject="Where is it", labels="", text="The parcel is late.")
    (genklang.folder / "Delivery.mbox").write_text(box)
    done = genklang("history", "import", "Delivery.mbox")
    assert done.code == 0, done.err
    learnt = rows(genklang.folder, CorrectionRow)
    assert [row.after for row in learnt] == ["billing", "delivery"]
    assert all("Anne" not in row.redacted_text for row in learnt)
    assert learnt[0].redacted_text.startswith("Wrong invoice.")


@pytest.mark.parametrize(
    "arguments", [["missing.csv"], ["a.csv", "--columns", "text"], ["a.csv", "--map", "x=nonsense"]]
)
def test_wrong_use_is_said_with_its_own_code(genklang: Command, arguments: list[str]) -> None:
    (genklang.folder / "a.csv").write_text("text,category\nsomething long,x\n")
    answer = genklang("history", "import", *arguments)
    assert answer.code == 2
    assert answer.err.startswith("genklang: ")


def test_the_report_of_an_empty_desk_is_empty_and_its_file_has_a_header(genklang: Command) -> None:
    answer = genklang("report", "accuracy", "--weeks", "4", "--csv", "a.csv")
    assert answer.code == 0
    assert (genklang.folder / "a.csv").read_text().startswith("category,week,sorted")
