"""The mailboxes: how they fare, adding and changing them with both sign-ins tried, pausing and removing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.audit import by
from agent.desk.settings import mailboxes as rules
from agent.desk.settings.changing import may_decide
from agent.desk.settings.mailbox_signatures import Looks, looks_of, preview_of, read_looks, save_looks
from agent.desk.settings.mailboxes import Outcome
from agent.desk.settings.polled_mailboxes import (
    NewMailbox,
    add_mailbox,
    find_mailbox,
    is_removed,
    list_mailboxes,
    mailbox_row,
    pause_mailbox,
    remove_mailbox,
)
from agent.drafting.phrases import PhraseBook
from agent.drafting.tone import Tone
from agent.errors import GenklangError, NotFound, SettingError
from agent.store.sealed import seal, unseal
from agent.store.tables import MailboxRow
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk, the_settings
from api.web.language import marked
from api.web.pages import gettext_of, reader_of
from api.web.settings.shell import Fields, Typed, may_see, settings_page

router = APIRouter()

_PLAIN = Tone("polite", "formal", "calm", "short")
"""How the letter of the preview is written."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The form for signatures as it was sent or as it stands, and what letters end with."""

    typed: Typed
    preview: Mapping[str, str]
    saved: bool = False


REMEDIES = {
    # what to do in this form, by the error's code; others bring their own remedy
    "mail.certificate": marked(
        "Give the server a certificate for this name, or tick the box below if the network between is yours."
    ),
    "mail.no_tls": marked("Choose TLS if the server has it, or tick the box below if the network is yours."),
    "mail.tls": marked("Try the other kind of encryption, or another port."),
    "mail.unknown_host": marked("Check the name of the server for typing mistakes."),
    "mail.connection_refused": marked("Check the port, and that the server is running."),
    "mail.timeout": marked("Check server and port, and whether a firewall is in the way."),
    "mail.login_refused": marked(
        "Check user name and password; some providers want an app password that you make in your account there."
    ),
    "mail.folder_missing": marked("Write the name of a folder that this account has, such as INBOX."),
}


@router.get("/settings/mailboxes")
def mailboxes_page(desk: AtDesk) -> Response:
    may_see(desk)
    with desk.house.store.reading() as session:
        page = {"mailboxes": list_mailboxes(session), "is_removed": is_removed}
        return settings_page(desk, session, "settings_mailboxes.html", page)


@router.get("/settings/mailboxes/new")
def new_mailbox(desk: AtDesk) -> Response:
    may_decide(desk.person)
    typed = {f"{protocol}.security": "tls" for protocol in rules.PROTOCOLS} | {"folder": "INBOX"}
    return _form(desk, None, Typed(typed))


@router.get("/settings/mailboxes/{mailbox_id}")
def mailbox_page(desk: AtDesk, mailbox_id: int, saved: str = "") -> Response:
    may_decide(desk.person)
    row = _stored(desk, mailbox_id)
    looks, _ = read_looks(looks_of(row))
    shown = Shown(Typed(looks_of(row)), _preview(desk, looks), saved=saved == "signature")
    return _form(desk, row, Typed(rules.as_typed(row)), looks=shown)


@router.post("/settings/mailboxes/new")
def save_new(desk: AtDesk, fields: Fields) -> Response:
    return _save(desk, None, fields)


@router.post("/settings/mailboxes/{mailbox_id}")
def save_changed(desk: AtDesk, mailbox_id: int, fields: Fields) -> Response:
    may_decide(desk.person)
    row = _stored(desk, mailbox_id)
    return _save(desk, row, {"brand": row.brand, **fields, "address": row.address})


@router.post("/settings/mailboxes/{mailbox_id}/signature")
def save_signature(desk: AtDesk, mailbox_id: int, fields: Fields) -> Response:
    """Store what customers see below their letters, or show it once more without storing (`act`)."""
    may_decide(desk.person)
    row = _stored(desk, mailbox_id)
    looks, problems = read_looks(fields)
    shown = Shown(Typed(fields, problems), _preview(desk, looks) if not problems else {})
    if problems or fields.get("act") != "save":
        return _form(desk, row, Typed(rules.as_typed(row)), looks=shown)
    with desk.house.store.writing() as unit:
        save_looks(unit, desk.house, mailbox_id=mailbox_id, looks=looks, person=desk.person)
    return RedirectResponse(f"/settings/mailboxes/{mailbox_id}?saved=signature#signature", 303)


@router.post("/settings/mailboxes/{mailbox_id}/pause")
def pause(desk: AtDesk, mailbox_id: int, fields: Fields) -> Response:
    may_decide(desk.person)
    row = _stored(desk, mailbox_id)
    with desk.house.store.writing() as unit:
        pause_mailbox(
            unit,
            row.address,
            paused=fields.get("act") == "pause",
            now=desk.house.clock(),
            actor=by(desk.person),
        )
    return RedirectResponse("/settings/mailboxes", 303)


@router.post("/settings/mailboxes/{mailbox_id}/remove")
def remove(desk: AtDesk, mailbox_id: int, fields: Fields) -> Response:
    may_decide(desk.person)
    row = _stored(desk, mailbox_id)
    if not fields.get("sure"):
        wrong = {"sure": "Tick the box first: the password is forgotten at once."}
        return _form(desk, row, Typed(rules.as_typed(row), wrong))
    with desk.house.store.writing() as unit:
        remove_mailbox(unit, row.address, now=desk.house.clock(), actor=by(desk.person))
    return RedirectResponse("/settings/mailboxes", 303)


def _save(desk: Desk, stored: MailboxRow | None, fields: dict[str, str]) -> Response:
    """Try both sign-ins; store when they work, or when the person wants it all the same (`act`, `anyway`)."""
    may_decide(desk.person)
    house = desk.house
    local_allowed = the_settings(desk.request).allow_local_mail
    values, problems = rules.read(fields, local_allowed=local_allowed)
    password = _password(desk, stored, fields, asks=not problems and rules.needs_password(stored, values))
    if not password:
        problems.setdefault("password", "Type the password; it goes to the servers named here alone.")
    if stored is None and "address" not in problems:
        with house.store.reading() as session:
            known = find_mailbox(session, values["address"])
        if known is not None and not is_removed(known):
            problems["address"] = "This address is a mailbox here already."
    typed = Typed(fields, problems)
    if problems:
        return _form(desk, stored, typed, kept=fields.get("password", "") or _kept(desk, fields))
    wanted = NewMailbox(**values, insecure=bool(fields.get("insecure")))
    row = mailbox_row(wanted, password, secret_key=house.secret_key, now=house.clock())
    outcomes = rules.try_servers(house, row)
    works = all(one.error is None for one in outcomes)
    if fields.get("act") == "try" or not (works or fields.get("anyway")):
        kept = fields.get("password", "") or _kept(desk, fields)
        return _form(desk, stored, typed, kept=kept, outcomes=outcomes)
    with house.store.writing() as unit:
        add_mailbox(unit, row, replace=stored is not None, now=house.clock(), actor=by(desk.person))
    return RedirectResponse("/settings/mailboxes", 303)


def _password(desk: Desk, stored: MailboxRow | None, fields: dict[str, str], *, asks: bool) -> str:
    """What was typed now or a moment ago, else the stored one where it goes to the servers it was stored for."""
    typed = fields.get("password", "") or _kept(desk, fields)
    if typed or stored is None or asks or not stored.password_encrypted:
        return typed
    try:
        return unseal(desk.house.secret_key, stored.password_encrypted)
    except SettingError:
        return ""


def _kept(desk: Desk, fields: dict[str, str]) -> str:
    """The password of a form that came back: it travels sealed, so that it need not be typed again."""
    if not fields.get("kept"):
        return ""
    try:
        return unseal(desk.house.secret_key, fields["kept"])
    except SettingError:
        return ""


def _form(
    desk: Desk,
    stored: MailboxRow | None,
    typed: Typed,
    *,
    kept: str = "",
    outcomes: Sequence[Outcome] = (),
    looks: Shown | None = None,
) -> Response:
    if looks is None and stored is not None:
        looks = Shown(Typed(looks_of(stored)), _preview(desk, read_looks(looks_of(stored))[0]))
    with desk.house.store.reading() as session:
        page = {
            "mailbox": stored,
            "looks": looks,
            "reply_options": _reply_languages(desk),
            "signature_languages": [
                (code, reader_of(desk.request).language_name(code)) for code in LANGUAGES
            ],
            "removed": stored is not None and is_removed(stored),
            "kept": seal(desk.house.secret_key, kept) if kept else "",
            "outcomes": outcomes,
            "remedy_of": _remedy,
            "language_options": _languages(desk),
            "ports": rules.PORTS,
        }
        answer = settings_page(desk, session, "settings_mailbox.html", page, form=typed)
    if looks is not None and looks.typed.problems:
        answer.status_code = looks.typed.status
    return answer


def _preview(desk: Desk, looks: Looks) -> dict[str, str]:
    """The end of a letter as it would leave with this person's name, by language."""
    closings = {
        language: PhraseBook(language, "", _PLAIN).say("sign_off", _PLAIN.manner) for language in LANGUAGES
    }
    return preview_of(looks, closings, name=desk.person.name, company=desk.house.company.name)


def _remedy(error: GenklangError) -> str:
    """What to do here, to be translated; empty where the error's own remedy fits."""
    return REMEDIES.get(error.code, "")


def _languages(desk: Desk) -> list[tuple[str, str]]:
    reader, translate = reader_of(desk.request), gettext_of(desk.request)
    return [("", translate(marked("No guess"))), *((code, reader.language_name(code)) for code in LANGUAGES)]


def _reply_languages(desk: Desk) -> list[tuple[str, str]]:
    names, translate = reader_of(desk.request).language_name, gettext_of(desk.request)
    return [("", translate(marked("The customer's own"))), *((code, names(code)) for code in LANGUAGES)]


def _stored(desk: Desk, mailbox_id: int) -> MailboxRow:
    with desk.house.store.reading() as session:
        row = session.get(MailboxRow, mailbox_id)
    if row is None:
        raise NotFound("There is no such mailbox.", code="mailbox.unknown", remedy="Look at the list again.")
    return row
