"""The JSON API, version 1, with its description at /api/v1/openapi.json."""

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from api.v1 import (
    answers,
    campaigns,
    cases,
    customers,
    delivery_reports,
    escalations,
    feedback_events,
    tokens,
)

PREFIX = "/api/v1"

_TOLD = ("type", "title", "detail", "remedy", "code")
_PROBLEM = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in _TOLD} | {"status": {"type": "integer"}},
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What was not done and why; `remedy` says what to do, `code` is stable.",
        "content": {"application/problem+json": {"schema": _PROBLEM}},
    }
}

router = APIRouter(prefix=PREFIX, responses=_REFUSED)
router.include_router(cases.router)
router.include_router(customers.router)
router.include_router(escalations.router)
router.include_router(feedback_events.router)
router.include_router(delivery_reports.router)
router.include_router(answers.router)
router.include_router(campaigns.router)
router.include_router(tokens.router)


@router.get("/openapi.json", include_in_schema=False)
def openapi() -> dict[str, Any]:
    return _description()


@cache
def _description() -> dict[str, Any]:
    return get_openapi(
        title="Genklang",
        version="1",
        description="Cases, drafts, decisions. Errors are problem+json (RFC 9457) with a `remedy`.",
        routes=router.routes,
    )
