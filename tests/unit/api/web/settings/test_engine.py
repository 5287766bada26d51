"""The engine: limits that hold over all processes, an endpoint that is asked live, and a key that is never shown."""

from datetime import date

from agent.desk.settings.budget_notice import KEY, BudgetNotice
from agent.llm.budget import Spent
from agent.llm.engine import load_engine
from agent.llm.prices import Prices
from agent.store.queries.model_spending import TableLedger
from agent.store.tables import CompanySettingRow, NoticeRow
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/engine"


def test_limits_are_changed_with_a_reason(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {
        "engine.use": "local", "engine.daily_tokens": 5000, "reason": "a trial", "act": "save"
    }  # fmt: skip
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).one().values["engine.daily_tokens"] == 5000


def test_a_wrong_figure_is_said_beside_its_field(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {"engine.daily_calls": "some", "engine.use": "local"}
    refused = admin.post(PAGE, fields | {"reason": "x", "act": "save"}, page=PAGE)
    assert refused.status_code == 422
    assert 'id="f-engine-daily_calls-wrong"' in refused.text


def test_an_endpoint_that_does_not_answer_is_said_with_a_remedy(admin: WebDesk) -> None:
    asked = admin.post(PAGE, {"act": "test", "engine.model": "m", "engine.use": "model"}, page=PAGE)
    assert "endpoint cannot be reached" in asked.text
    assert "Check OPENAI_BASE_URL." in asked.text


def test_spending_of_all_processes_is_one_count(admin: WebDesk) -> None:
    store, today = admin.house.store, date(2026, 11, 23)
    for ledger in (TableLedger(store), TableLedger(store)):
        ledger.book(today, 600, 100)
    TableLedger(store).book(date(2026, 11, 2), 50, 0)
    assert TableLedger(store).spent(today) == Spent(2, 1200, 200)
    assert TableLedger(store).spent_in_month(today) == Spent(3, 1250, 200)
    assert TableLedger(store).spent_in_month(date(2026, 10, 31)) == Spent()
    html = admin.get(PAGE).text
    assert "1,400" in html
    assert "1,450" in html


def test_with_prices_the_month_and_its_limits_are_told_in_euros(admin: WebDesk) -> None:
    ledger = TableLedger(admin.house.store)
    ledger.book(date(2026, 11, 2), 2_000_000, 100_000)
    html = admin.get(PAGE).text
    assert "not known: write the prices above" in html
    fields = fields_of(html, PAGE) | {
        "engine.use": "local", "engine.price_read": "2,5", "engine.price_written": "10",
        "engine.monthly_euros": "50", "engine.monthly_tokens": "10000000", "reason": "contract", "act": "save",
    }  # fmt: skip
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    engine = load_engine(admin.house.house.today().company.overrides["engine"])
    assert (engine.cap.month_euros, engine.cap.prices) == (50, Prices(2.5, 10))
    admin.house.understanding.chosen = engine
    html = admin.get(PAGE).text
    assert "€6.00 of €50.00" in html
    assert "2,000,000 tokens read, 100,000 written" in html
    assert "the limit is €25.00 to €100.00" in html


def test_a_limit_in_euros_needs_a_price(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {"engine.use": "local", "engine.monthly_euros": "50"}
    refused = admin.post(PAGE, fields | {"reason": "x", "act": "save"}, page=PAGE)
    assert refused.status_code == 422
    assert "Write the prices, too" in refused.text
    wrong = admin.post(PAGE, fields | {"engine.price_read": "-1", "reason": "x", "act": "save"}, page=PAGE)
    assert 'id="f-engine-price_read-wrong"' in wrong.text


def test_people_are_told_once_when_it_is_used_up_and_when_it_is_not(admin: WebDesk) -> None:
    notice = BudgetNotice(admin.house.store, admin.house.clock)
    for reason in ("Used up.", "Used up.", ""):
        notice(reason)
    with admin.house.store.reading() as session:
        (row,) = session.query(NoticeRow).filter_by(key=KEY)
    assert row.resolved_at is not None
    assert "local engine" in row.text
