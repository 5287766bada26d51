"""The JSON API, version 1, with its description at /api/v1/openapi.json."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from api.v1 import answers, cases, customers, escalations, feedback_events, tokens

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX)
router.include_router(cases.router)
router.include_router(customers.router)
router.include_router(escalations.router)
router.include_router(feedback_events.router)
router.include_router(answers.router)
router.include_router(tokens.router)


def install(app: FastAPI) -> None:
    """Hang the API and its description into the application."""
    app.include_router(router)
    description: dict[str, Any] = {}

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        if not description:
            description.update(
                get_openapi(
                    title="Genklang",
                    version="1",
                    description="Cases, drafts, decisions. Errors are problem+json (RFC 9457) with a `remedy`.",
                    routes=[route for route in app.routes if getattr(route, "path", "").startswith(PREFIX)],
                )
            )
        return description
