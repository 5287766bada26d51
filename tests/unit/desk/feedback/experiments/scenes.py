"""Experiments in a real store, for the tests of what their arms change."""

from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.experiments import running
from agent.feedback.experiments.experiment import Arm, Declared
from agent.store.tables import FeedbackRequestRow, VariantRow
from tests.house import TestHouse


def declare(
    home: TestHouse, *arms: Arm, trigger: str = "", about: str = "timing", holdout: float = 0.5
) -> int:
    """A running experiment; its id. Its lots are the same each time: one in twenty would fall otherwise now and then."""
    with home.store.writing() as unit:
        row = running.declare(
            unit, home.house, name="Otherwise?", hypothesis="", cost_per_message_eur=0.0, person=home.other,
            declared=Declared(about, trigger, arms, holdout, 28),
        )  # fmt: skip
        row.seed = "lots"
        return row.id


def plan_all(home: TestHouse) -> None:
    while plan(home.house):
        pass


def by_arm(home: TestHouse) -> dict[str, list[FeedbackRequestRow]]:
    """The requests of each arm by its name; those that take no part under the empty one."""
    with home.store.reading() as session:
        names = {row.id: row.name for row in session.query(VariantRow)}
        found: dict[str, list[FeedbackRequestRow]] = {}
        for row in session.query(FeedbackRequestRow).order_by(FeedbackRequestRow.id):
            found.setdefault(names.get(row.variant_id or 0, ""), []).append(row)
        return found
