"""All pages of the settings under one router."""

from fastapi import APIRouter

from api.web import (
    settings,
    settings_audit,
    settings_company,
    settings_mailboxes,
    settings_people,
    settings_tokens,
)

router = APIRouter()
for part in (
    settings,
    settings_company,
    settings_mailboxes,
    settings_people,
    settings_tokens,
    settings_audit,
):
    router.include_router(part.router)
