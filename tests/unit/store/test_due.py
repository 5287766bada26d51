"""Leases, pauses and rings: past, to come, or from a clock that has been set back since."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, select

from agent.store.due import RING_AGAIN_AFTER, is_ahead, is_over, not_rung
from agent.store.tables import MailboxRow
from tests.house import build_test_house

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "over", "unrung"),
    [
        (None, True, True),
        (-timedelta(days=1), True, True),
        (-RING_AGAIN_AFTER, True, True),
        (-SECOND, True, False),
        (timedelta(0), True, False),
        (SECOND, False, False),
        (timedelta(minutes=15), False, False),
        (timedelta(hours=1), True, True),
        (timedelta(days=1), True, True),
    ],
)
def test_what_no_lease_can_mean_holds_nothing_up(
    tmp_path: Path, after: timedelta | None, over: bool, unrung: bool
) -> None:
    home = build_test_house(tmp_path)
    now, noted = home.clock(), MailboxRow.lease_until
    instant = None if after is None else now + after
    with home.store.writing() as unit:
        unit.session.get_one(MailboxRow, home.mailbox_id).lease_until = instant
        unit.session.flush()

        def holds(condition: ColumnElement[bool]) -> bool:
            return unit.session.scalar(select(MailboxRow.id).where(condition)) is not None

        assert (holds(is_over(noted, now)), holds(not_rung(noted, now))) == (over, unrung)
    assert is_ahead(instant, now) is not over
