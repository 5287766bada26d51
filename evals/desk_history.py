"""What happened with made-up cases: readings, drafts, replies that left, acts of people, escalations, feedback.

Shares are those of an ordinary desk, roughly; only the size of the tables matters here.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from agent.store.base import Table
from agent.store.tables import (
    ApprovalRow,
    AuditRow,
    DraftRow,
    EscalationRow,
    FeedbackRequestRow,
    FollowUpRow,
    OutboxRow,
    SurveyAnswerRow,
    TriageRow,
)

Rows = dict[type[Table], list[dict[str, Any]]]

ORDER: tuple[type[Table], ...] = (
    TriageRow, DraftRow, ApprovalRow, OutboxRow, AuditRow, EscalationRow, FeedbackRequestRow, SurveyAnswerRow,
    FollowUpRow,
)  # fmt: skip
"""The tables in an order in which none names a row that is not there yet."""

_ESCALATED, _REWRITTEN, _ASKED, _ANSWERED = 0.02, 0.25, 0.2, 0.3
_CAUSES = ("critical", "asked", "overdue", "sentiment", "value")
_FAR = timedelta(days=365)


def histories(
    rng: np.random.Generator, cases: list[dict[str, Any]], mails: list[dict[str, Any]], now: datetime
) -> Rows:
    """The rows for these cases, whose numbers are also those of their drafts, replies and feedback."""
    rows: Rows = {table: [] for table in ORDER}
    by_case: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for mail in mails:
        by_case[mail["case_id"]].append(mail)
    chances = rng.random((len(cases), 4))
    for case, chance in zip(cases, chances.tolist(), strict=True):
        conversation = by_case[case["id"]]
        _answered(rows, case, conversation, rewritten=chance[1] < _REWRITTEN)
        if chance[0] < _ESCALATED:
            rows[EscalationRow].append(_escalation(case))
        if case["state"] == "done" and chance[2] < _ASKED:
            _asked(rows, case, answered=chance[3] / _ANSWERED if chance[3] < _ANSWERED else None)
    for table in (TriageRow, AuditRow):
        for row in rows[table]:
            row["created_at" if table is TriageRow else "at"] = min(now, row.pop("when"))
    return rows


def _answered(rows: Rows, case: Mapping[str, Any], mails: list[dict[str, Any]], *, rewritten: bool) -> None:
    number, first = case["id"], mails[0]
    replied = next((mail for mail in mails if mail["direction"] == "out"), None)
    person = case["assignee_id"] or 1
    reading = {
        "category": {"value": case["category"], "confidence": 0.9},
        "sentiment": {"value": case["sentiment"], "confidence": 0.8},
    }
    rows[TriageRow].append(
        {"message_id": first["id"], "engine": "local", "reading": reading, "when": first["received_at"]}
    )
    text = (replied or first)["new_text"]
    rows[DraftRow].append(
        {
            "id": number, "case_id": number, "message_id": first["id"], "version": 1,
            "state": "sent" if replied else "ready", "subject": case["subject"], "text": text,
            "language": case["language"], "engine": "person" if rewritten else "local", "content_hash": "-",
            "sentences": [{"text": text, "sources": [], "supported": True}], "created_at": first["received_at"],
        }
    )  # fmt: skip
    rows[AuditRow].append(_act(case, person, "case.assigned", first["received_at"]))
    if replied is None:
        return
    at = replied["received_at"]
    rows[ApprovalRow].append(
        {"id": number, "draft_id": number, "person_id": person, "content_hash": "-", "created_at": at}
    )
    rows[OutboxRow].append(
        {
            "id": number, "case_id": number, "mailbox_id": 1, "draft_id": number, "approval_id": number,
            "answers_id": first["id"], "kind": "reply", "dedupe_key": f"reply:{number}",
            "message_id": f"<{number}@example>", "sender": "support@example",
            "recipients": [case["customer_email"]], "content": b"-", "content_hash": "-",
            "subject": case["subject"], "text": "-", "state": "sent", "copied_to_sent": True, "send_after": at,
            "sent_at": at, "created_at": at,
        }
    )  # fmt: skip
    rows[AuditRow].append(_act(case, person, "draft.approved", at))


def _act(case: Mapping[str, Any], person: int, action: str, at: datetime) -> dict[str, Any]:
    return {
        "when": at, "actor": f"person:{person}", "action": action, "case_id": case["id"],
        "subject": f"draft:{case['id']}", "previous_hash": "-", "hash": "-",
    }  # fmt: skip


def _escalation(case: Mapping[str, Any]) -> dict[str, Any]:
    waits = case["state"] == "open"
    return {
        "case_id": case["id"], "cause": _CAUSES[case["id"] % len(_CAUSES)], "reason": "Made up.",
        "created_at": case["created_at"], "acknowledged_by_id": None if waits else 1,
        "acknowledged_at": None if waits else case["created_at"] + timedelta(minutes=20),
    }  # fmt: skip


def _asked(rows: Rows, case: Mapping[str, Any], *, answered: float | None) -> None:
    """`answered` is a number from 0 to 1 that decides the score, none for those who kept silent."""
    number, at = case["id"], case["updated_at"]
    rows[FeedbackRequestRow].append(
        {
            "id": number, "customer_id": case["customer_id"], "case_id": number, "name": "case_solved",
            "cause": {}, "survey": "csat", "window": "week", "importance": 3, "wanted_from": at,
            "wanted_until": at + _FAR, "state": "over" if answered is None else "answered", "created_at": at,
            "planned_for": at, "planned_channel": "email", "closed_at": at,
        }
    )  # fmt: skip
    if answered is None:
        return
    score = 1 + int(answered * 5)
    rows[SurveyAnswerRow].append(
        {
            "id": number, "request_id": number, "customer_id": case["customer_id"], "case_id": number,
            "survey": "csat", "channel": "email", "language": case["language"], "touchpoint": case["category"],
            "answers": {"score": score}, "score": float(score), "comment": case["summary"],
            "redacted_comment": case["summary"], "sentiment": case["sentiment"], "started_at": at,
            "completed_at": at, "created_at": at,
        }
    )  # fmt: skip
    if score <= 2:
        waits = number % 20 == 0
        rows[FollowUpRow].append(
            {
                "answer_id": number, "customer_id": case["customer_id"], "case_id": number,
                "owner_id": case["assignee_id"], "due_at": at + timedelta(days=1),
                "state": "open" if waits else "done", "outcome": "" if waits else "solved",
                "done_at": None if waits else at, "created_at": at,
            }
        )  # fmt: skip
