"""What holds for one request beside the company's rules: the plan and words of its campaign, the change of its variant."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.feedback.campaigns.campaign import Steps, own_words, ruled_by, steps_of
from agent.feedback.experiments.experiment import changed_rules, changed_texts
from agent.feedback.history import Channel
from agent.feedback.rules import Rules
from agent.store.tables import CampaignRow, FeedbackMessageRow, FeedbackRequestRow, VariantRow


def rules_for(session: Session, request: FeedbackRequestRow, rules: Rules) -> Rules:
    """The rules for this request: channels and follow-up plan of its campaign, or what its variant changes.

    Channels over which its message could not leave are left out, and a personal mail is a mail. Whether a refused
    address may be written to is the customer's own matter (`bounced`), which ends when they write from there.
    """
    steps = _steps_for(session, request)
    mine = changed_rules(rules, change_of(session, request)) if steps is None else ruled_by(steps.plan, rules)
    channels = mine.limits.channels
    failed = _failed_over(session, request)
    able = {
        channel: rule
        for channel, rule in channels.items()
        if channel not in failed and (request.form != "personal" or channel is Channel.EMAIL)
    }
    return mine if able == channels else replace(mine, limits=replace(mine.limits, channels=able))


def texts_for(
    session: Session, request: FeedbackRequestRow, texts: Mapping[str, Any], language: str
) -> Mapping[str, Any]:
    """The texts of the letters with the words of the request's campaign or variant.

    A subject in the name of its rule stands before the survey's, as a lead does.
    """
    steps = _steps_for(session, request)
    if steps is not None:
        return own_words(texts, steps.message, language, request.name)
    if of_rule := texts["subject"].get(request.name):
        texts = {**texts, "subject": {**texts["subject"], request.survey: of_rule}}
    return changed_texts(texts, change_of(session, request), language, request.name, request.survey)


def change_of(session: Session, request: FeedbackRequestRow) -> Mapping[str, Any]:
    """What the request's variant does otherwise; nothing for one that takes no part, or whose arm was stopped."""
    variant = session.get(VariantRow, request.variant_id) if request.variant_id is not None else None
    return variant.change if variant is not None and variant.stopped_at is None else {}


def _failed_over(session: Session, request: FeedbackRequestRow) -> frozenset[str]:
    message = FeedbackMessageRow
    failed = select(message.channel).where(
        message.request_id == request.id, message.state == "failed", message.channel != Channel.EMAIL
    )
    return frozenset(session.scalars(failed))


def _steps_for(session: Session, request: FeedbackRequestRow) -> Steps | None:
    row = session.get(CampaignRow, request.campaign_id) if request.campaign_id is not None else None
    return None if row is None else steps_of(row.steps)
