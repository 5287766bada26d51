"""All pages of the desk under one router, room by room."""

from fastapi import APIRouter

from api.web import own_absence, own_keys, preferences
from api.web.board import boards, incident_reply, incidents
from api.web.case import attachments, bundling, checklists, corrections, notes, page, people, tags, writing
from api.web.customers import customer_ways, customers
from api.web.draft import acts, decisions, sending
from api.web.feedback import router as feedback
from api.web.insight import boards as insight_boards
from api.web.insight import figures, value
from api.web.learning import accuracy, labels, memories, rollout
from api.web.library import knowledge, templates
from api.web.lists import lists, picking, saved_views
from api.web.settings import router as settings

router = APIRouter()
for part in (
    *(lists, picking, saved_views, boards, incidents, incident_reply),
    *(page, people, writing, attachments, bundling, checklists, corrections, notes, tags),
    *(decisions, acts, sending),
    *(customer_ways, customers),
    *(knowledge, templates, labels, accuracy, memories, rollout),
    *(feedback, figures, insight_boards, value),
    *(settings, own_absence, own_keys, preferences),
):
    router.include_router(part.router)
