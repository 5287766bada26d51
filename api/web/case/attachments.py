"""Looking at what came attached, without opening it: pictures from a path of their own, text as text.

A picture's address is signed and short-lived; it asks for no cookie and gives nothing but this one picture, under
a policy in which nothing runs. What is no picture and no text can only be saved.
"""

import hashlib
import hmac

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent.desk.house import House
from agent.errors import NotFound
from agent.mail.file_kinds import kind_of
from agent.store.queries.case_page import attachment_of_case
from agent.store.tables import AttachmentRow
from api.dependencies import AtDesk, the_house
from api.web.case.work import DANGERS, GROUPS, SHORT_TYPES
from api.web.file_name import shown_name
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()
pictures = APIRouter(include_in_schema=False)

LASTS = 300  # seconds that a picture's address is good for
MOST_TEXT = 200_000  # characters that are shown
_POLICY = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"


@router.get("/cases/{case_id}/attachments/{attachment_id}/look")
def look(desk: AtDesk, case_id: int, attachment_id: int) -> Response:
    with desk.house.store.reading() as session:
        row, content = attachment_of_case(session, case_id, attachment_id)
        around = shell(session, desk)
    kind = kind_of(content, row.filename)
    until = int(desk.house.clock().timestamp()) + LASTS
    text = content[: 4 * MOST_TEXT].decode("utf-8", "replace")[:MOST_TEXT] if kind.group == "text" else ""
    values = {
        "shell": around,
        "case_id": case_id,
        "file": row,
        "name": shown_name(row.filename),
        "kind": kind,
        "type_name": SHORT_TYPES.get(kind.content_type) or GROUPS[kind.group],
        "danger": DANGERS.get(kind.danger, ""),
        "text": text,
        "is_cut": len(content) > len(text.encode()) if text else False,
        "picture": picture_url(desk.house, row, until) if kind.shown and kind.group == "image" else "",
    }
    return render(desk.request, "attachment.html", values)


def picture_url(house: House, row: AttachmentRow, until: int) -> str:
    return f"/shown/{row.id}?until={until}&key={_key(house, row.id, until)}"


@pictures.get("/shown/{attachment_id}")
def picture(request: Request, attachment_id: int, until: int = 0, key: str = "") -> Response:
    """One picture's bytes under the type that they are. No session is asked for: the address itself is the right."""
    house = the_house(request)
    good = hmac.compare_digest(key.encode(), _key(house, attachment_id, until).encode())
    with house.store.reading() as session:
        row = session.get(AttachmentRow, attachment_id) if good else None
        content = row.content if row is not None else b""
    kind = kind_of(content, row.filename) if row is not None else None
    if kind is None or not kind.shown or kind.group != "image" or until < house.clock().timestamp():
        raise NotFound(
            "There is no such picture.", code="attachment.unknown", remedy="Open it from its case again."
        )
    return Response(
        content,
        media_type=kind.content_type,
        headers={
            "Content-Security-Policy": _POLICY,
            "Content-Disposition": "inline",
            "Referrer-Policy": "no-referrer",
        },
    )


def _key(house: House, attachment_id: int, until: int) -> str:
    words = f"picture:{attachment_id}:{until}".encode()
    return hmac.new(house.secret_key, words, hashlib.sha256).hexdigest()
