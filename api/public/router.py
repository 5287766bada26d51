"""All pages for customers under one router."""

from fastapi import APIRouter

from api.public import opt_out, survey

router = APIRouter()
for part in (survey, opt_out):
    router.include_router(part.router)
