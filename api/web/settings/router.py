"""All pages of the settings under one router."""

from fastapi import APIRouter

from api.web.settings import (
    audit,
    company,
    engine,
    escalation,
    follow_ups,
    hours,
    mailboxes,
    overview,
    people,
    prompts,
    reports,
    tokens,
    work,
)

router = APIRouter()
for part in (
    overview,
    company,
    mailboxes,
    people,
    work,
    hours,
    escalation,
    follow_ups,
    prompts,
    reports,
    engine,
    tokens,
    audit,
):
    router.include_router(part.router)
