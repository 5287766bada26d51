"""Delivery reports over HTTP: what a gateway, or a small bridge beside it, says became of a message to a customer.

Gateways have no person here and hold no token: each report is signed with a secret that both sides know.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator

from agent.desk.feedback.sending.delivery_reports import Became, Report, Why, check_signature, take_report
from agent.desk.feedback.webhooks.calls import SIGNATURE
from agent.errors import WrongUse
from api.dependencies import the_house

router = APIRouter(tags=["feedback"])

MOST_BYTES = 1_000_000


class ReportIn(BaseModel):
    """What became of one message: named by `ref`, our own reference, or else by `channel` and `to`."""

    status: Literal["delivered", "failed"]
    ref: Annotated[str, Field(max_length=100, description="what stood at {ref} in the address")] = ""
    channel: Literal["", "sms", "whatsapp", "chat"] = ""
    to: Annotated[str, Field(max_length=200, description="the recipient's number or address")] = ""
    at: Annotated[datetime | None, Field(description="now, if it is left out")] = None
    reason: Annotated[Why, Field(description="why it failed")] = Why.OTHER

    @model_validator(mode="after")
    def _names_a_message(self) -> "ReportIn":
        if not self.ref and not (self.channel and self.to):
            raise ValueError("name the message by ref, or by channel and to")
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("at needs a time zone")
        return self


class ReportOut(BaseModel):
    """What it led to: noted; known, since it says nothing new; or unknown, since no message of ours is meant."""

    status: Became


_REPORTS: TypeAdapter[ReportIn | list[ReportIn]] = TypeAdapter(
    ReportIn | Annotated[list[ReportIn], Field(min_length=1, max_length=1000)]
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        ReportIn.model_json_schema(),
                        {"type": "array", "maxItems": 1000, "items": ReportIn.model_json_schema()},
                    ]
                }
            }
        },
    }
}


async def _body_of(request: Request) -> bytes:
    """The bytes that were signed. Raises `WrongUse` for more of them than any list of reports has."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise WrongUse(
                "These are too many reports at once.",
                code="delivery_reports.size",
                remedy="Send at most 1,000 in one call.",
            )
    return bytes(body)


@router.post("/delivery-reports", openapi_extra=_BODY)
def take_reports(
    request: Request,
    body: Annotated[bytes, Depends(_body_of)],
    signed: Annotated[str, Header(alias=SIGNATURE, max_length=200)] = "",
) -> ReportOut | list[ReportOut]:
    """Take in one report, or up to 1,000. The same one may be sent again: it counts once."""
    house = the_house(request)
    check_signature(house.delivery_reports_secret, signed, body, house.clock())
    try:
        told = _REPORTS.validate_json(body)
    except ValidationError:
        raise WrongUse(
            "The report cannot be read.",
            code="delivery_reports.form",
            remedy="Compare it with docs/feedback.md or /api/v1/openapi.json.",
        ) from None
    reports = told if isinstance(told, list) else [told]
    with house.store.writing() as unit:
        became = [ReportOut(status=take_report(unit, house, _meant(each))) for each in reports]
    return became if isinstance(told, list) else became[0]


def _meant(told: ReportIn) -> Report:
    return Report(
        delivered=told.status == "delivered",
        reference=told.ref,
        channel=told.channel,
        to=told.to,
        at=told.at,
        why=told.reason,
    )
