"""Signs of life, so that people learn within minutes that mail stopped."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.store.session import retry_passing
from agent.store.tables import HeartbeatRow

SILENT_AFTER = timedelta(minutes=2)
PROCESSES = ("poll", "worker", "schedule")


@retry_passing
def beat(house: House, process: str) -> None:
    """Say that `process` (poll, worker or schedule) is alive."""
    with house.store.writing() as unit:
        row = unit.session.get(HeartbeatRow, process)
        if row is None:
            unit.session.add(HeartbeatRow(process=process, at=house.clock()))
        else:
            row.at = house.clock()


def silent_since(session: Session, now: datetime) -> Mapping[str, datetime | None]:
    """The processes that have not been heard of lately, with when they last were (None: never)."""
    seen = {row.process: row.at for row in session.scalars(select(HeartbeatRow))}
    return {name: seen.get(name) for name in PROCESSES if name not in seen or now - seen[name] > SILENT_AFTER}
