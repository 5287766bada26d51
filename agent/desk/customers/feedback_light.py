"""The feedback light of a customer as far as their cases tell: complaints open, recent, or a very upset mail.

No request has ever been sent from here yet, so caps and opt-outs play no part; the light says so beside it.
"""

from collections.abc import Iterable
from datetime import datetime

from agent.company import Company
from agent.feedback.history import CaseFacts, Customer, History
from agent.feedback.light import Light, light_of
from agent.feedback.limits import Limits, load_limits
from agent.feedback.suppression import is_complaint
from agent.store.tables import CaseRow, CustomerRow


def light_from_cases(
    customer: CustomerRow, cases: Iterable[CaseRow], company: Company, now: datetime
) -> Light | None:
    """The light at `now`; None for a customer without any case, of whom there is nothing to say."""
    limits = load_limits((company.overrides.get("feedback") or {}).get("limits"))
    facts = tuple(_facts(row, limits) for row in cases)
    if not facts:
        return None
    person = Customer(business=bool(customer.company), country=customer.country, language=customer.language)
    return light_of(History(customer=person, cases=facts), now, limits)


def _facts(row: CaseRow, limits: Limits) -> CaseFacts:
    """A case that is done counts as closed when it last changed: never earlier than it really was."""
    return CaseFacts(
        opened_at=row.created_at,
        closed_at=row.updated_at if row.state == "done" else None,
        id=str(row.id),
        category=row.category,
        sentiment=row.sentiment,
        priority=row.priority,
        complaint=is_complaint(row.sentiment, row.priority, limits.complaint),
    )
