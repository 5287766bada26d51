"""The audit trail: found by person, kind, case and day, exported, and its wholeness shown."""

from agent.desk.audit import record
from agent.store.tables import AuditRow
from tests.unit.api.conftest import WebDesk

PAGE = "/settings/audit"


def happened(desk: WebDesk, action: str, *, actor: str = "system", case_id: int | None = None) -> None:
    with desk.house.store.writing() as unit:
        record(unit, action, actor=actor, now=desk.house.clock(), case_id=case_id, figure=7)


def test_the_trail_is_filtered(leading: WebDesk) -> None:
    happened(leading, "draft.approved", actor=f"person:{leading.ida.id}", case_id=12)
    happened(leading, "case.opened", case_id=13)
    leading.house.clock.advance(days=2)
    happened(leading, "case.closed", case_id=13)
    assert leading.sign_in("emil@nordlys.example").status_code == 303

    def codes(query: str) -> list[str]:
        html = leading.get(f"{PAGE}?{query}").text
        return [part.split("</code>")[0] for part in html.split("<code>")[1:]]

    assert codes(f"actor=person:{leading.ida.id}") == ["draft.approved"]
    assert codes("case=%2313") == ["case.closed", "case.opened"]
    assert codes("action=case.opened") == ["case.opened"]
    assert codes("since=2026-11-25&case=13") == ["case.closed"]
    assert "case.closed" not in codes("until=2026-11-24")
    assert "left out" in leading.get(f"{PAGE}?since=yesterday").text


def test_older_events_are_a_page_further(leading: WebDesk) -> None:
    for number in range(60):
        happened(leading, "note.added", case_id=number)
    html = leading.get(f"{PAGE}?action=note.added").text
    assert html.count("<code>") == 50
    following = html.split("before=")[1].split('"')[0]
    assert leading.get(f"{PAGE}?action=note.added&before={following}").text.count("<code>") == 10


def test_it_is_exported_without_formulas(leading: WebDesk) -> None:
    happened(leading, "=HYPERLINK(1)", case_id=5)
    answer = leading.get(f"{PAGE}.csv?case=5")
    assert answer.headers["content-type"].startswith("text/csv")
    header, row = answer.text.strip().splitlines()
    assert header.startswith("id,at,actor")
    assert "'=HYPERLINK" in row


def test_a_changed_event_is_found(leading: WebDesk) -> None:
    happened(leading, "case.opened", case_id=1)
    assert "The trail is whole" in leading.post(f"{PAGE}/verify", page=PAGE).text
    with leading.house.store.writing() as unit:
        row = unit.session.query(AuditRow).filter_by(action="case.opened").one()
        row.actor = "person:99"
    assert f"event {row.id} does not follow" in leading.post(f"{PAGE}/verify", page=PAGE).text


def test_agents_do_not_read_it(signed_in: WebDesk) -> None:
    assert signed_in.get(PAGE).status_code == 403
    assert signed_in.get(f"{PAGE}.csv").status_code == 403
