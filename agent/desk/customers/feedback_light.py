"""The feedback light of a customer: may this person be asked now, and why not, from all that is known of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.feedback.timing.light import Colour, Light, light_of
from agent.store.tables import CustomerRow


def lights_of(
    session: Session, customer_ids: Iterable[int], company: Company, now: datetime
) -> dict[int, Light]:
    """The light of each customer who exists, at `now`."""
    rules = asking_rules_of(company)
    known = histories(session, customer_ids, rules, now)
    return {customer_id: light_of(history, now, rules.limits) for customer_id, history in known.items()}


def red_lights_of(
    session: Session, customer_ids: Iterable[int], company: Company, now: datetime
) -> dict[int, Light]:
    """The red lights alone: a planned request is looked at again before it leaves, and is held back by these."""
    lights = lights_of(session, customer_ids, company, now)
    return {customer_id: light for customer_id, light in lights.items() if light.colour is Colour.RED}


def light_of_customer(
    session: Session, customer: CustomerRow | None, company: Company, now: datetime
) -> Light | None:
    """The light of one customer; None where there is no record of whoever wrote."""
    return None if customer is None else lights_of(session, [customer.id], company, now).get(customer.id)
