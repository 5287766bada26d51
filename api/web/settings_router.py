"""All pages of the settings under one router."""

from fastapi import APIRouter

from api.web import (
    settings,
    settings_audit,
    settings_company,
    settings_engine,
    settings_escalation,
    settings_hours,
    settings_mailboxes,
    settings_people,
    settings_prompts,
    settings_reports,
    settings_tokens,
    settings_work,
)

router = APIRouter()
for part in (
    settings,
    settings_company,
    settings_mailboxes,
    settings_people,
    settings_work,
    settings_hours,
    settings_escalation,
    settings_prompts,
    settings_reports,
    settings_engine,
    settings_tokens,
    settings_audit,
):
    router.include_router(part.router)
