"""Experiments on asking: declared, started, watched and stopped. `taking_part` and `adopting`, beside, do the rest."""

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import SYSTEM, by, record
from agent.desk.feedback.experiments.figures import outcome_now
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.errors import Conflict, NotAllowed, NotFound, WrongUse
from agent.feedback.experiments.experiment import Declared, compared, problems_of
from agent.feedback.experiments.outcome import Judging, Outcome, load_judging
from agent.store.session import Unit
from agent.store.tables import ExperimentRow, PersonRow, VariantRow

DECIDERS = ("lead", "admin")
HOLDOUT = "holdout"
MOST_NAME = 120


def may_experiment(person: PersonRow) -> None:
    """Raise `NotAllowed` for those who do not run experiments."""
    if person.role not in DECIDERS:
        raise NotAllowed(
            "Only leads and administrators run experiments.",
            code="experiment.role",
            remedy="Ask a lead to do it.",
        )


def judging_of(company: Company) -> Judging:
    """The company's numbers. Raises `SettingError`."""
    return load_judging((company.overrides.get("feedback") or {}).get("experiments"))


def known_experiment(session: Session, experiment_id: int, *, lock: bool = False) -> ExperimentRow:
    """The experiment. Raises `NotFound`."""
    row = session.get(ExperimentRow, experiment_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(
            "There is no such experiment.", code="experiment.unknown", remedy="Open the list again."
        )
    return row


def variants_of(session: Session, experiment_id: int) -> list[VariantRow]:
    """The holdout first, then the arms as they were declared."""
    return list(
        session.scalars(
            select(VariantRow)
            .where(VariantRow.experiment_id == experiment_id)
            .order_by(VariantRow.holdout.desc(), VariantRow.id)
        )
    )


def running_now(session: Session) -> list[ExperimentRow]:
    """The experiments that run, the oldest first."""
    running = select(ExperimentRow).where(ExperimentRow.state == "running").order_by(ExperimentRow.id)
    return list(session.scalars(running))


def compared_in(session: Session, row: ExperimentRow) -> frozenset[str]:
    """The rules whose requests take part in the experiment; empty: all requests."""
    return compared(row.trigger, [one.change for one in variants_of(session, row.id)])


def declare(
    unit: Unit,
    house: House,
    *,
    name: str,
    hypothesis: str,
    declared: Declared,
    cost_per_message_eur: float,
    person: PersonRow,
) -> ExperimentRow:
    """Begin an experiment as declared; it runs from now on. Raises `WrongUse` for what cannot be meant, and `Conflict`
    while another one runs on the same requests: two changes at once could not be told apart."""
    may_experiment(person)
    now, rules = house.clock(), asking_rules_of(house.company)
    if problems_of(declared, judging_of(house.company).least_days, rules) or not name.strip():
        raise WrongUse(
            "The experiment is not complete.", code="experiment.incomplete", remedy="Correct what is marked."
        )
    mine = compared(declared.trigger, [arm.change for arm in declared.arms])
    others = [compared_in(unit.session, one) for one in running_now(unit.session)]
    if any(not mine or not theirs or mine & theirs for theirs in others):
        raise Conflict(
            "Another experiment runs on the same requests.",
            code="experiment.busy",
            remedy="Stop it first, or choose another rule.",
        )
    row = ExperimentRow(
        name=" ".join(name.split())[:MOST_NAME],
        about=declared.about,
        trigger=declared.trigger,
        hypothesis=" ".join(hypothesis.split()),
        seed=secrets.token_hex(16),
        holdout=declared.holdout,
        least_days=declared.least_days,
        sample_size=declared.sample_size,
        cost_per_message_eur=cost_per_message_eur,
        state="running",
        person_id=person.id,
        created_at=now,
        started_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    held = VariantRow(experiment_id=row.id, name=HOLDOUT, share=declared.holdout, holdout=True)
    arms = [
        VariantRow(experiment_id=row.id, name=arm.name, share=arm.share, change=dict(arm.change))
        for arm in declared.arms
    ]
    unit.session.add_all([held, *arms])
    unit.session.flush()
    note_down(unit, house, "experiment.started", row, by(person), arms=len(arms))
    return row


def stop(unit: Unit, house: House, *, experiment_id: int, decision: str, person: PersonRow) -> ExperimentRow:
    """End it without taking anything over; requests that are planned already stay as they are."""
    may_experiment(person)
    row = _running(unit, experiment_id)
    row.state, row.ended_at, row.decision = "stopped", house.clock(), " ".join(decision.split())
    note_down(unit, house, "experiment.stopped", row, by(person))
    return row


def watch(house: House) -> int:
    """Stop the arms that have tripped a guard; how many. For the scheduler, every few minutes."""
    with house.store.reading() as session:
        found = {
            row.id: outcome_now(session, row, judging_of(house.company), house.clock())
            for row in running_now(session)
        }
    return sum(_stop_tripped(house, number, outcome) for number, outcome in found.items())


def _stop_tripped(house: House, experiment_id: int, outcome: Outcome) -> int:
    tripped = {result.seen.name: result.tripped for result in outcome.arms if result.tripped}
    if not tripped:
        return 0
    stopped = 0
    with house.store.writing() as unit:
        row = known_experiment(unit.session, experiment_id, lock=True)
        for variant in variants_of(unit.session, row.id):
            if variant.name in tripped and variant.stopped_at is None and not variant.holdout:
                variant.stopped_at, variant.stopped_for = house.clock(), tripped[variant.name]
                note_down(
                    unit, house, "experiment.variant_stopped", row, SYSTEM, variant=variant.id,
                    guard=variant.stopped_for,
                )  # fmt: skip
                stopped += 1
    return stopped


def _running(unit: Unit, experiment_id: int) -> ExperimentRow:
    row = known_experiment(unit.session, experiment_id, lock=True)
    if row.state != "running":
        raise Conflict(
            "The experiment does not run any more.",
            code="experiment.over",
            remedy="Look at what was decided.",
        )
    return row


def note_down(unit: Unit, house: House, action: str, row: ExperimentRow, actor: str, **detail: Any) -> None:
    """Write an act on an experiment into the audit trail."""
    record(unit, action, actor=actor, now=house.clock(), subject=f"experiment:{row.id}", **detail)
