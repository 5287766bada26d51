"""What changed points or thresholds would have made of past cases: nothing is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agent.cases.preview import PastMail, Preview, preview
from agent.cases.priority import load_rules
from agent.company import Company
from agent.desk.settings.rules import rules_of
from agent.desk.values import customer_record
from agent.store.queries.past_mails import understood_mails
from agent.store.values import load
from agent.triage.reading import Reading


def preview_priority(
    session: Session, company: Company, changed: Mapping[str, Any], *, since: datetime, most: int
) -> Preview:
    """Compare the company's rules with `changed`, a table as `priority` in company.toml.

    Looks at the newest `most` cases opened since `since`. Raises `SettingError` for a table that cannot be meant.
    """
    after = load_rules(changed)
    before, _ = rules_of(company)
    mails = (
        PastMail(case.id, load(Reading, triage.reading), customer_record(customer, case.customer_email))
        for case, triage, customer in understood_mails(session, since=since, most_cases=most)
    )
    return preview(mails, before, after)
