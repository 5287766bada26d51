"""A variant used for everyone: its change becomes the company's setting, on record, and can be taken back there."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import by
from agent.desk.feedback.experiments.running import known_experiment, note_down
from agent.desk.feedback.experiments.taking_part import survey_of
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.letters import texts_of
from agent.desk.house import House
from agent.desk.settings.changing import change_settings
from agent.desk.settings.form import at
from agent.desk.settings.live import stamp_of
from agent.errors import Conflict, WrongUse
from agent.feedback.notation import rule_file
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.nps import SURVEY as NPS
from agent.feedback.timing.triggers import Trigger
from agent.store.session import Unit
from agent.store.tables import CompanySettingRow, ExperimentRow, PersonRow, VariantRow

AREA = "feedback"
"""Of the settings that experiments change; their history stands on the page of experiments."""


def adopt(
    unit: Unit, house: House, *, experiment_id: int, variant_id: int, reason: str, person: PersonRow
) -> ExperimentRow:
    """Use an arm for everyone. Taken back, the setting is as before, and the experiment may be decided anew.

    Raises `NotAllowed` for others than administrators, and `Conflict` for an arm that was stopped, or while another
    one is in use.
    """
    row = known_experiment(unit.session, experiment_id, lock=True)
    variant = unit.session.get(VariantRow, variant_id)
    if variant is None or variant.experiment_id != row.id or variant.holdout:
        raise WrongUse("This is no variant of the experiment.", remedy="Choose one of its variants.")
    in_use = row.state == "adopted" and taken_back_at(unit.session, row) is None
    if in_use or variant.stopped_at is not None:
        raise Conflict(
            "This variant cannot be used for everyone.",
            code="experiment.closed",
            remedy="Look at what was decided about it.",
        )
    values = settings_for(row, variant, house.company, asking_rules_of(house.company))
    change_settings(
        unit, house, AREA, values,
        before={path: _before(house.company, path) for path in values},
        stamp=stamp_of(unit.session), reason=reason, person=person,
        effect={"experiment": row.id, "variant": variant.name},
    )  # fmt: skip
    row.state, row.adopted_id, row.decision = "adopted", variant.id, " ".join(reason.split())
    row.ended_at = row.ended_at or house.clock()
    note_down(unit, house, "experiment.adopted", row, by(person), variant=variant.id)
    return row


def taken_back_at(session: Session, row: ExperimentRow) -> datetime | None:
    """When the setting that was made of an adopted variant was taken back; None while it holds."""
    changes = session.scalars(
        select(CompanySettingRow).where(CompanySettingRow.area == AREA).order_by(CompanySettingRow.id.desc())
    )
    made = next((one for one in changes if one.effect.get("experiment") == row.id), None)
    return made.undone_at if made is not None else None


def settings_for(row: ExperimentRow, variant: VariantRow, company: Company, rules: Rules) -> dict[str, Any]:
    """The arm's change as settings, by key path."""
    change: Mapping[str, Any] = variant.change
    trigger = next((one for one in rules.triggers if one.name == row.trigger), None)
    values = _times(row.trigger, trigger, change) | _other_rule(row.trigger, change, rules)
    segment = {key: change[key] for key in ("channels", "style") if change.get(key)}
    if segment:  # a segment of the company's own stands before the shipped ones
        values[f"feedback.segments.experiment_{row.id}"] = {"when": {"all": []}, **segment}
    for part in ("lead", "subject"):  # in the rule's own name: other rules that ask the same keep their words
        for language in LANGUAGES:
            if text := change.get(part, {}).get(language):
                values[f"feedback.letters.{language}.{part}.{row.trigger}"] = text
    return values


def _times(rule: str, trigger: Trigger | None, change: Mapping[str, Any]) -> dict[str, Any]:
    place = "feedback.limits.nps" if rule == NPS else f"feedback.triggers.{rule}"
    values: dict[str, Any] = {}
    if trigger is not None and "delay_hours" in change:
        begin = timedelta(hours=float(change["delay_hours"]))
        values[f"{place}.from"] = _hours(begin)
        values[f"{place}.to"] = _hours(begin + trigger.wanted_until - trigger.wanted_from)
    if change.get("window") and (trigger is not None or rule == NPS):
        values[f"{place}.window"] = change["window"]
    return values


def _other_rule(rule: str, change: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """The same asked after another rule: that one asks it from now on, and the compared one no more."""
    if "after" not in change:
        return {}
    values: dict[str, Any] = {f"feedback.triggers.{change['after']}.survey": survey_of(rule, rules)}
    if rule == NPS:
        values |= {"feedback.limits.nps.mode": "event", "feedback.limits.nps.wakes": []}
    else:
        values[f"feedback.triggers.{rule}.enabled"] = False
    return values


def _before(company: Company, path: str) -> Any:
    """What holds now: the company's own value, else the shipped one; None where neither says anything."""
    own = at(company.overrides, path)
    letters = {language: texts_of(language) for language in LANGUAGES}
    shipped = {name: rule_file(name) for name in ("triggers", "limits")} | {"letters": letters}
    return own if own is not None else at(shipped, path.removeprefix("feedback."))


def _hours(length: timedelta) -> dict[str, float]:
    return {"hours": length / timedelta(hours=1)}
