"""Searching with words and filters, and keeping a search as a view."""

import re

from agent.store.tables import CaseRow, PersonRow, SavedViewRow
from tests.builders import a_case, a_message, an_attachment
from tests.unit.api.conftest import WebDesk


def lay_out(desk: WebDesk) -> dict[str, int]:
    now, box = desk.house.clock(), desk.mailbox
    with desk.house.store.writing() as unit:
        found = {}
        for subject, text, more in (
            ("Login", "Sessionen <b>er udløbet</b> igen", {"priority": "critical"}),
            ("Faktura", "Fakturaen mangler EAN-nummer", {"language": "de", "assignee_id": desk.ida.id}),
            ("Gammel sag", "Sessionen kunne ikke åbnes", {"state": "done"}),
        ):
            case = a_case(unit.session, now, box, subject=subject, **more)  # type: ignore[arg-type]
            a_message(unit.session, now, case, text=text)
            found[subject] = case.id
        return found


def hits(desk: WebDesk, query: str) -> list[int]:
    html = desk.browser.get("/search", params={"q": query}).text
    return [int(number) for number in re.findall(r'id="row-(\d+)"', html)]


def test_search_looks_into_mails_and_marks_what_it_found(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    assert hits(signed_in, "sessionen") == [ids["Gammel sag"], ids["Login"]]  # the newest case first
    html = signed_in.get("/search?q=udlobet").text
    assert "&lt;b&gt;er <mark>udløbet</mark>&lt;/b&gt; igen" in html


def test_search_finds_files_by_name_and_what_stands_in_a_signature(signed_in: WebDesk) -> None:
    ids, now = lay_out(signed_in), signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = unit.session.get_one(CaseRow, ids["Faktura"])
        mail = a_message(unit.session, now, case, text="Se vedhæftet.", signature="Tlf. 12 34 56 78")
        an_attachment(unit.session, mail, "kvittering-4711.pdf", b"%PDF")
    assert hits(signed_in, "kvittering") == hits(signed_in, "4711") == [ids["Faktura"]]
    assert hits(signed_in, '"12 34 56 78"') == [ids["Faktura"]]
    assert "<mark>kvittering</mark>-4711.pdf" in signed_in.get("/search?q=kvittering").text


def test_filters_narrow_and_a_minus_leaves_out(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    assert hits(signed_in, "sessionen is:open") == [ids["Login"]]
    assert hits(signed_in, "is:open -sessionen") == [ids["Faktura"]]
    assert hits(signed_in, "lang:de") == [ids["Faktura"]]
    assert hits(signed_in, "is:mine") == [ids["Faktura"]]
    assert hits(signed_in, "assignee:ida") == [ids["Faktura"]]
    assert hits(signed_in, '"er udløbet"') == [ids["Login"]]
    assert hits(signed_in, "is:critical -is:done") == [ids["Login"]]


def test_a_filter_that_is_not_known_says_what_was_likely_meant(signed_in: WebDesk) -> None:
    lay_out(signed_in)
    html = signed_in.get("/search?q=login+is:critcal").text
    assert "“is:critcal” is not known. Did you mean “is:critical”?" in html
    assert "/search?q=login+is%3Acritical" in html
    html = signed_in.get("/search?q=after:yesterday").text
    assert "“after:yesterday” is not a day." in html


def test_an_erased_mail_is_not_found_any_more(signed_in: WebDesk) -> None:
    from agent.desk.customers.rights import erase_customer

    lay_out(signed_in)
    assert len(hits(signed_in, "sessionen")) == 2
    with signed_in.house.store.writing() as unit:
        erase_customer(unit, signed_in.house.house, "anne@tomrer.example", actor="x")
    signed_in.house.store.forget_deleted()
    assert hits(signed_in, "sessionen") == []
    folder = signed_in.house.store.engine.url.database or ""
    for suffix in ("", "-wal"):
        with open(folder + suffix, "rb") as file:  # noqa: PTH123
            assert b"sessionen" not in file.read()


def test_a_search_is_kept_renamed_deleted_and_brought_back(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    answer = signed_in.post("/saved", {"q": "sessionen is:open", "name": "After 4.2"})
    html = signed_in.get(answer.headers["location"]).text
    assert "After 4.2" in html
    assert f'id="row-{ids["Login"]}"' in html
    assert re.search(r'id="n-saved-1">1<', signed_in.get("/").text)
    signed_in.post("/saved/1", {"name": "Since 4.2"})
    assert "Since 4.2" in signed_in.get("/").text
    html = signed_in.get(signed_in.post("/saved/1/delete").headers["location"]).text
    assert "The view “Since 4.2” is deleted." in html
    assert "n-saved-1" not in html
    signed_in.post("/saved/1/bring-back")
    assert "n-saved-1" in signed_in.get("/").text


def test_only_leads_share_views_and_others_see_only_shared_ones(signed_in: WebDesk) -> None:
    lay_out(signed_in)
    assert signed_in.post("/saved", {"q": "login", "name": "X", "shared": "1"}).status_code == 422
    with signed_in.house.store.writing() as unit:
        lead = signed_in.house.other.id
        for name, shared in (("Theirs", False), ("Ours", True)):
            unit.session.add(
                SavedViewRow(
                    owner_id=lead, name=name, query="login", shared=shared, created_at=signed_in.house.clock()
                )
            )
    html = signed_in.get("/").text
    assert "Ours" in html
    assert "Theirs" not in html
    assert signed_in.get("/saved/1").status_code == 404
    assert signed_in.get("/saved/2").status_code == 200
    assert signed_in.post("/saved/2/delete").status_code == 404
    with signed_in.house.store.writing() as unit:
        unit.session.get_one(PersonRow, signed_in.ida.id).role = "lead"
    signed_in.sign_in()
    assert signed_in.post("/saved/2/delete").status_code == 303


def test_a_search_that_makes_no_sense_is_not_kept(signed_in: WebDesk) -> None:
    for query in ("", "is:nonsense"):
        assert signed_in.post("/saved", {"q": query, "name": "X"}).status_code == 422


def test_pages_of_a_search_neither_repeat_nor_leave_out(signed_in: WebDesk) -> None:
    now, box = signed_in.house.clock(), signed_in.mailbox
    with signed_in.house.store.writing() as unit:
        ids = [a_case(unit.session, now, box, subject=f"Word {n}").id for n in range(95)]
    for query, wanted in (("word", ids[::-1]), ("is:open sort:oldest", ids), ("lang:da", ids[::-1])):
        seen, path = [], f"/search?q={query}"
        while path:
            html = signed_in.get(path).text
            seen += [int(number) for number in re.findall(r'id="row-(\d+)"', html)]
            more = re.search(r'href="([^"]*)" rel="next"', html)
            path = more[1].replace("&amp;", "&") if more else ""
        assert seen == wanted, query


def test_lists_are_sorted_as_one_chooses(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    html = signed_in.get("/views/unassigned?sort=newest").text
    assert "newest first" in html
    assert f'id="row-{ids["Login"]}"' in html
