"""A request takes part in an experiment from the moment it is made.

Its customer's arm is drawn by the experiment's seed and written on the request, so that every later look finds the same.
"""

from sqlalchemy.orm import Session

from agent.desk.feedback.asking.wishes import kept, wish_of_row
from agent.desk.feedback.experiments.running import HOLDOUT, compared_in, running_now, variants_of
from agent.feedback.experiments.experiment import Arm, assigned, changed
from agent.feedback.history import History
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.store.tables import ExperimentRow, FeedbackRequestRow, VariantRow


def take_part(session: Session, request: FeedbackRequestRow, history: History, rules: Rules) -> None:
    """Let a new request, of a rule or of the calendar, take part in the experiment that runs on it, if one does.

    Requests of campaigns and follow-ups never take part: people chose how these are asked. Nor does a personal mail,
    which asks for no answer.
    """
    if request.campaign_id is not None or request.follow_up_id is not None or request.form != "survey":
        return
    row = _experiment_on(session, request.name)
    if row is None:
        return
    variants = variants_of(session, row.id)
    arms = [Arm(one.name, one.share, one.change) for one in variants if not one.holdout]
    arm = assigned(row.seed, request.customer_id, arms, row.holdout)
    mine = next((one for one in variants if one.name == (arm.name if arm else HOLDOUT)), None)
    if mine is None or mine.stopped_at is not None:
        return
    if row.trigger and request.name != row.trigger:
        _asked_after(request, row, mine, rules)
    elif "after" in mine.change:
        _asked_otherwise(request, mine)
    else:
        _change(request, mine, history, rules)


def _experiment_on(session: Session, rule: str) -> ExperimentRow | None:
    for row in running_now(session):
        rules = compared_in(session, row)
        if not rules or rule in rules:
            return row
    return None


def _change(request: FeedbackRequestRow, mine: VariantRow, history: History, rules: Rules) -> None:
    """Its moment and its hours; channels, style and words are read from the variant when they are needed."""
    request.variant_id = mine.id
    if "delay_hours" in mine.change:
        request.chosen_by = "experiment"  # the moment is the experiment's: nothing learnt moves it
    wish = changed(wish_of_row(request, history, rules), mine.change, request.occasion_at)
    request.wanted_from, request.wanted_until, request.window = (
        wish.wanted_from, wish.wanted_until, wish.window,
    )  # fmt: skip


def _asked_otherwise(request: FeedbackRequestRow, mine: VariantRow) -> None:
    """The customer's arm asks after another rule: this one asks nothing."""
    request.variant_id = mine.id
    request.state, request.look_at, request.closed_at = "not_asked", None, request.created_at
    request.reason = kept(Reason(Code.COMPARED, {"trigger": str(mine.change["after"])}))


def _asked_after(request: FeedbackRequestRow, row: ExperimentRow, mine: VariantRow, rules: Rules) -> None:
    """A request of the rule after which an arm asks: for its customers it asks what the compared rule would have."""
    if mine.change.get("after") == request.name:
        request.variant_id = mine.id
        request.survey = survey_of(row.trigger, rules) or request.survey


def survey_of(rule: str, rules: Rules) -> str:
    """What a rule asks; the regular survey is named as it. Empty for a rule that is gone."""
    if rule == "nps":
        return rule
    return next((each.survey for each in rules.triggers if each.name == rule), "")
