"""The web process: the desk for people, probes for machines, and the place where the JSON API is hung in."""

from collections.abc import Mapping
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import BaseRoute

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
from api.web import rooms
from api.web.case import attachments
from api.web.pages import STATIC

_ALREADY_SMALL = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream")


def create_app(house: House, settings: Settings, *, ready: Mapping[str, Probe] | None = None) -> FastAPI:
    """The application. `ready` holds further parts for /readyz (broker, index), by name."""
    app = FastAPI(title="Genklang", routes=_routes(), docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    app.state.settings = settings
    app.state.taxonomy = load_taxonomy(house.company.overrides.get("taxonomy"))
    app.state.probes = dict(ready or {})
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(GZipMiddleware, compresslevel=5, exclude_content_types=_ALREADY_SMALL)
    errors.install(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """All that can be asked for. It is the same for every desk of a process: which house it speaks of, a request
    learns from its application. To work out what each page depends on is nearly all the work of a start."""
    everything = APIRouter()
    everything.mount("/static", VersionedFiles(STATIC), name="static")
    everything.include_router(probes.router)
    everything.include_router(sign_in.router)
    everything.include_router(attachments.pictures)
    everything.include_router(public.router)
    everything.include_router(rooms.router, dependencies=[Depends(same_origin_form)], include_in_schema=False)
    everything.include_router(v1.router)
    return everything.routes
