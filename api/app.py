"""The web process: the desk for people, probes for machines, and the place where the JSON API is hung in."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from agent.desk.house import House
from agent.settings import Settings
from agent.triage.taxonomy import load as load_taxonomy
from api import errors, probes, sign_in
from api.csrf import same_origin_form
from api.probes import Probe
from api.public import router as public
from api.security_headers import SecurityHeaders
from api.static_files import VersionedFiles
from api.v1 import router as v1
from api.web import (
    accuracy,
    answers,
    attachments,
    boards,
    bundling,
    case,
    case_people,
    case_writing,
    checklists,
    corrections,
    customer_ways,
    customers,
    decisions,
    desk,
    drafts,
    feedback,
    feedback_campaign_steps,
    feedback_campaigns,
    feedback_experiments,
    feedback_links,
    feedback_surveys,
    feedback_value,
    follow_ups,
    improvements,
    incident_reply,
    insight,
    knowledge,
    labels,
    memories,
    notes,
    picking,
    preferences,
    rollout,
    saved_views,
    sending,
    settings_router,
    tags,
    templates,
    webhooks,
)
from api.web.pages import STATIC

_ALREADY_SMALL = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream")


def create_app(house: House, settings: Settings, *, ready: Mapping[str, Probe] | None = None) -> FastAPI:
    """The application. `ready` holds further parts for /readyz (broker, index), by name."""
    app = FastAPI(title="Genklang", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    app.state.settings = settings
    app.state.taxonomy = load_taxonomy(house.company.overrides.get("taxonomy"))
    app.state.probes = dict(ready or {})
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(GZipMiddleware, compresslevel=5, exclude_content_types=_ALREADY_SMALL)
    errors.install(app)
    app.mount("/static", VersionedFiles(STATIC), name="static")
    app.include_router(probes.router)
    app.include_router(sign_in.router)
    app.include_router(attachments.pictures)
    app.include_router(public.router)
    app.include_router(_pages())
    v1.install(app)
    return app


def _pages() -> APIRouter:
    pages = APIRouter(dependencies=[Depends(same_origin_form)], include_in_schema=False)
    for part in (
        desk,
        picking,
        saved_views,
        tags,
        bundling,
        case,
        case_people,
        case_writing,
        checklists,
        attachments,
        decisions,
        drafts,
        corrections,
        customer_ways,
        customers,
        knowledge,
        boards,
        labels,
        accuracy,
        memories,
        notes,
        templates,
        rollout,
        settings_router,
        sending,
        incident_reply,
        feedback,
        follow_ups,
        answers,
        improvements,
        webhooks,
        insight,
        feedback_campaigns,
        feedback_campaign_steps,
        feedback_experiments,
        feedback_surveys,
        feedback_value,
        feedback_links,
        preferences,
    ):
        pages.include_router(part.router)
    return pages
