"""The recommendation question by calendar: whoever is due, and had a good contact lately, is wished to be asked."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.asking.planning import open_nps
from agent.desk.feedback.asking.wishes import request_of
from agent.desk.feedback.experiments.taking_part import take_part
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.feedback.conditions import ALWAYS
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import Wish
from agent.feedback.timing.nps import SURVEY, nps_wish
from agent.store.queries.feedback_conditions import in_sql
from agent.store.queries.feedback_facts import COUNTED_STATES, asked_at
from agent.store.session import retry_passing
from agent.store.tables import CustomerRow, FeedbackMessageRow, FeedbackRequestRow

AT_MOST = 200  # customers a call; the rest follow at the next
WISHED_EVERY = timedelta(days=7)  # after a wish that came to nothing


@retry_passing
def wish_by_calendar(house: House) -> int:
    """Open a request for some of those who are due; how many. Who is asked when is then decided like any other."""
    rules = asking_rules_of(house.company)
    if rules.limits.nps.mode == "event":
        return 0
    opened = 0
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        ids = session.scalars(
            select(CustomerRow.id)
            .where(_due(rules, now, session.get_bind().dialect.name))
            .order_by(CustomerRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        ).all()
        known = histories(session, ids, rules, now)
        for customer_id in ids:
            wish = nps_wish(known[customer_id], now, rules)
            if isinstance(wish, Wish) and not open_nps(session, customer_id):
                request = request_of(wish, customer_id, known[customer_id], now)
                take_part(session, request, known[customer_id], rules)
                session.add(request)
                session.flush()
                opened += 1
    return opened


def _due(rules: Rules, now: datetime, dialect: str) -> ColumnElement[bool]:
    """Whom a closer look is worth while: what `nps_wish` asks for, as far as a database can tell."""
    rule, request, message = rules.limits.nps, FeedbackRequestRow, FeedbackMessageRow
    asked = exists().where(
        message.request_id == request.id,
        message.customer_id == CustomerRow.id,
        message.state.in_(COUNTED_STATES),
        request.survey == SURVEY,
        asked_at() > now - rule.every,
    )
    wished = exists().where(
        request.customer_id == CustomerRow.id,
        request.survey == SURVEY,
        or_(request.state == "open", request.created_at > now - WISHED_EVERY),
    )
    condition = rule.recent_positive if rule.mode == "hybrid" else ALWAYS
    return and_(
        func.coalesce(CustomerRow.since, CustomerRow.created_at) <= now - rule.first_after,
        ~asked,
        ~wished,
        in_sql(condition, now, rules.limits, dialect),
    )
