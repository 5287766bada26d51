"""All pages about feedback under one router."""

from fastapi import APIRouter

from api.web.feedback import (
    answers,
    campaign_steps,
    campaigns,
    experiments,
    follow_ups,
    improvements,
    links,
    overview,
    surveys,
    webhooks,
)

router = APIRouter()
for part in (
    overview,
    follow_ups,
    answers,
    improvements,
    webhooks,
    campaigns,
    campaign_steps,
    experiments,
    surveys,
    links,
):
    router.include_router(part.router)
