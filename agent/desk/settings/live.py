"""The company as it is now: company.toml, and over it what people changed at the desk, without a restart.

A process asks at the beginning of each request and task (`House.today`). One small question tells whether anything
changed since; only then are the changes read and laid over the file's values.
"""

from collections.abc import Callable
from threading import Lock

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.company import Company, laid_over
from agent.desk.feedback.loop.loop_rules import follow_up_rules_of
from agent.desk.reporting import recipients
from agent.desk.settings.published_prompts import TABLE as PROMPTS
from agent.desk.settings.published_prompts import check_published
from agent.desk.settings.rules import check_rules
from agent.errors import SettingError
from agent.insight.value import load_assumptions
from agent.store.session import Store
from agent.store.tables import CompanySettingRow
from agent.triage import taxonomy
from agent.triage.category import review_below

log = structlog.get_logger()


def check_company(company: Company) -> None:
    """Raise `SettingError` for tables that cannot be meant: before they are stored, and not at the next mail."""
    check_rules(company)
    taxonomy.load(company.overrides.get("taxonomy"))
    review_below(company.overrides.get("sorting"))
    check_published(company.overrides.get(PROMPTS))
    load_assumptions(company.overrides.get("value"))
    follow_up_rules_of(company)
    recipients(company)


def stamp_of(session: Session) -> str:
    """A mark that is another one after each change and each undoing."""
    newest, undone = session.execute(
        select(func.max(CompanySettingRow.id), func.count(CompanySettingRow.undone_at))
    ).one()
    return f"{newest or 0}.{undone}"


def changed_company(session: Session, filed: Company, *, but: int | None = None) -> Company:
    """`filed`, as company.toml has it, with every change that stands, in their order; `but` leaves one out.

    Raises `SettingError` where the outcome cannot be meant.
    """
    standing = session.execute(
        select(CompanySettingRow.id, CompanySettingRow.values)
        .where(CompanySettingRow.undone_at.is_(None))
        .order_by(CompanySettingRow.id)
    )
    company = filed
    for number, values in standing:
        if number != but:
            company = laid_over(company, values)
    check_company(company)
    return company


class LiveCompany:
    """Gives the company as it is at the moment of asking. Safe to share between threads.

    The same object as long as nothing changes. Where changes no longer fit a company.toml that was edited since,
    the file alone counts until they are undone, and the settings' page says so (`problem`): mail goes on.
    """

    def __init__(self, store: Store, filed: Company) -> None:
        self.filed = filed
        self.problem: SettingError | None = None
        self._store = store
        self._company = filed
        self._stamp = "0.0"
        self._told: list[Callable[[Company], None]] = []
        self._lock = Lock()

    def tell(self, told: Callable[[Company], None]) -> None:
        """Have `told` called with the company after each change, before anybody else sees it."""
        self._told.append(told)

    def __call__(self) -> Company:
        with self._store.reading() as session:
            stamp = stamp_of(session)
            if stamp == self._stamp:
                return self._company
            with self._lock:
                if stamp != self._stamp:
                    self._take_in(session)
                    self._stamp = stamp
                return self._company

    def _take_in(self, session: Session) -> None:
        try:
            company, self.problem = changed_company(session, self.filed), None
        except SettingError as error:
            log.warning("settings.do_not_fit", reason=error.message)
            company, self.problem = self.filed, error
        for told in self._told:
            told(company)
        self._company = company
