"""Experiments on asking: declared, started, watched, stopped, and taken over for everyone.

A request takes part from the moment it is made: its customer's arm is drawn by the experiment's seed and written on
the request, so that every later look finds the same.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import SYSTEM, by, record
from agent.desk.feedback.asking.wishes import wish_of_row
from agent.desk.feedback.experiments.figures import outcome_now
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.desk.settings.changing import change_settings
from agent.desk.settings.form import at
from agent.desk.settings.live import stamp_of
from agent.errors import Conflict, NotAllowed, NotFound, WrongUse
from agent.feedback.experiments.experiment import Arm, Declared, assigned, changed, problems_of
from agent.feedback.experiments.outcome import Judging, Outcome, load_judging
from agent.feedback.history import History
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.session import Unit
from agent.store.tables import ExperimentRow, FeedbackRequestRow, PersonRow, VariantRow

DECIDERS = ("lead", "admin")
AREA = "feedback"
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
    running = unit.session.scalars(select(ExperimentRow).where(ExperimentRow.state == "running")).all()
    if any(not one.trigger or not declared.trigger or one.trigger == declared.trigger for one in running):
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
    _record(unit, house, "experiment.started", row, by(person), arms=len(arms))
    return row


def stop(unit: Unit, house: House, *, experiment_id: int, decision: str, person: PersonRow) -> ExperimentRow:
    """End it without taking anything over; requests that are planned already stay as they are."""
    may_experiment(person)
    row = _running(unit, experiment_id)
    row.state, row.ended_at, row.decision = "stopped", house.clock(), " ".join(decision.split())
    _record(unit, house, "experiment.stopped", row, by(person))
    return row


def adopt(
    unit: Unit, house: House, *, experiment_id: int, variant_id: int, reason: str, person: PersonRow
) -> ExperimentRow:
    """Use an arm for everyone: its change becomes the company's setting, with the reason, and can be taken back there.

    Raises `NotAllowed` for others than administrators, and `WrongUse` for an arm that changes nothing.
    """
    row = known_experiment(unit.session, experiment_id, lock=True)
    variant = unit.session.get(VariantRow, variant_id)
    if variant is None or variant.experiment_id != row.id or variant.holdout:
        raise WrongUse("This is no variant of the experiment.", remedy="Choose one of its variants.")
    if row.state not in {"running", "stopped"} or variant.stopped_at is not None:
        raise Conflict(
            "This variant cannot be used for everyone.",
            code="experiment.closed",
            remedy="Look at what was decided about it.",
        )
    values = settings_for(row, variant, house.company, asking_rules_of(house.company))
    change_settings(
        unit, house, AREA, values,
        before={path: at(house.company.overrides, path) for path in values},
        stamp=stamp_of(unit.session), reason=reason, person=person,
        effect={"experiment": row.id, "variant": variant.name},
    )  # fmt: skip
    row.state, row.adopted_id, row.decision = "adopted", variant.id, " ".join(reason.split())
    row.ended_at = row.ended_at or house.clock()
    _record(unit, house, "experiment.adopted", row, by(person), variant=variant.id)
    return row


def settings_for(row: ExperimentRow, variant: VariantRow, company: Company, rules: Rules) -> dict[str, Any]:
    """The arm's change as settings, by key path."""
    change: Mapping[str, Any] = variant.change
    values: dict[str, Any] = {}
    trigger = next((one for one in rules.triggers if one.name == row.trigger), None)
    if trigger is not None and "delay_hours" in change:
        width = trigger.wanted_until - trigger.wanted_from
        begin = timedelta(hours=float(change["delay_hours"]))
        values[f"feedback.triggers.{trigger.name}.from"] = _hours(begin)
        values[f"feedback.triggers.{trigger.name}.to"] = _hours(begin + width)
    if trigger is not None and change.get("window"):
        values[f"feedback.triggers.{trigger.name}.window"] = change["window"]
    segment = {key: change[key] for key in ("channels", "style") if change.get(key)}
    if segment:  # a segment of the company's own stands before the shipped ones
        values[f"feedback.segments.experiment_{row.id}"] = {"when": {"all": []}, **segment}
    for language in LANGUAGES:
        if text := change.get("lead", {}).get(language):
            values[f"feedback.letters.{language}.lead.{row.trigger or 'default'}"] = text
        if text := change.get("subject", {}).get(language):
            survey = trigger.survey if trigger is not None else "default"
            values[f"feedback.letters.{language}.subject.{survey}"] = text
    return values


def take_part(session: Session, request: FeedbackRequestRow, history: History, rules: Rules) -> None:
    """Let a new request take part in the experiment that runs on it, if one does; its moment and hours are changed.

    Requests of campaigns and follow-ups never take part: people chose how these are asked.
    """
    if request.campaign_id is not None or request.follow_up_id is not None or request.form != "survey":
        return
    row = session.scalar(
        select(ExperimentRow)
        .where(ExperimentRow.state == "running", ExperimentRow.trigger.in_(("", request.name)))
        .order_by(ExperimentRow.id)
        .limit(1)
    )
    if row is None:
        return
    variants = variants_of(session, row.id)
    arms = [Arm(one.name, one.share, one.change) for one in variants if not one.holdout]
    arm = assigned(row.seed, request.customer_id, arms, row.holdout)
    mine = next((one for one in variants if one.name == (arm.name if arm else HOLDOUT)), None)
    if mine is None or mine.stopped_at is not None:
        return
    request.variant_id = mine.id
    if arm is None:
        return
    wish = changed(wish_of_row(request, history, rules), arm.change, request.occasion_at)
    if "delay_hours" in arm.change:
        request.chosen_by = "experiment"  # the moment is the experiment's: nothing learnt moves it
    request.wanted_from, request.wanted_until, request.window = (
        wish.wanted_from, wish.wanted_until, wish.window,
    )  # fmt: skip


def watch(house: House) -> int:
    """Stop the arms that have tripped a guard; how many. For the scheduler, every few minutes."""
    with house.store.reading() as session:
        running = session.scalars(select(ExperimentRow).where(ExperimentRow.state == "running")).all()
        found = {
            row.id: outcome_now(session, row, judging_of(house.company), house.clock()) for row in running
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
                _record(
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


def _hours(length: timedelta) -> dict[str, float]:
    return {"hours": length / timedelta(hours=1)}


def _record(unit: Unit, house: House, action: str, row: ExperimentRow, actor: str, **detail: Any) -> None:
    record(unit, action, actor=actor, now=house.clock(), subject=f"experiment:{row.id}", **detail)
