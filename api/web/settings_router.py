"""All pages of the settings under one router."""

from fastapi import APIRouter

from api.web import settings, settings_mailboxes

router = APIRouter()
for part in (settings, settings_mailboxes):
    router.include_router(part.router)
