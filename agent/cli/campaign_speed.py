"""`genklang eval campaigns`: planning a campaign timed over any number of made-up customers."""

import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer

from agent.cli.terminal import FAILED, say, whisper

_SEED = 11


def measure_campaigns(customers: int, database: str) -> None:
    """Time it on `database`, which must be empty, or on one of SQLite that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="genklang-campaigns-") as folder:
        is_fine = _measure(customers, database, Path(folder))
    if not is_fine:
        raise typer.Exit(FAILED)


def _measure(customers: int, database: str, folder: Path) -> bool:
    from sqlalchemy import select

    from agent.errors import WrongUse
    from agent.settings import Settings
    from agent.store.tables import CustomerRow, PersonRow
    from agent.wiring import build_house
    from evals.campaign_customers import fill
    from evals.scorers.campaign_speed import PROMISED_S, measure

    settings = Settings(home=folder, database_url=database, secret_key=secrets.token_hex(32))
    house = build_house(settings, index="")
    now = datetime.now(UTC)
    with house.store.reading() as session:
        if session.scalar(select(CustomerRow.id).limit(1)) is not None:
            raise WrongUse(
                "This database holds real customers.", code="campaigns.not_empty", remedy="Name an empty one."
            )
    with house.store.writing() as unit:
        person = PersonRow(email="lead@example", role="lead", password_hash="", created_at=now)
        unit.session.add(person)
    fill(house.store, customers, now=now, seed=_SEED)
    whisper(f"{customers} customers made.")
    found = measure(house, person)
    house.store.close()
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(found.held_back.items()))
    say(
        f"{found.customers} customers in {found.seconds:.1f} s ({found.busy_seconds:.1f} s of work): {found.asked} to ask, not asked: {reasons or 'nobody'}."
    )
    say(
        f"100,000 at this pace: {found.a_hundred_thousand:.0f} s of {PROMISED_S:.0f} s promised; "
        f"{found.peak_mb:.0f} MB at most."
    )
    return found.a_hundred_thousand <= PROMISED_S
