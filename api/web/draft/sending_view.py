"""What the page of a case says of letters that leave: to whom, what stands below, and how far each has come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.replies.recipients import Choice, choice_of, first_choice_of
from agent.desk.replies.restoring import MAY_HAVE_LEFT
from agent.desk.replies.signing import signature_below, signature_for
from agent.mail.delivery_report import Reason, reason_of
from agent.mail.reply_all import Mark
from agent.store.queries.case_page import CasePage
from agent.store.tables import OutboxRow, PersonRow
from api.web.language import marked
from api.web.pages import Reader

Words = Callable[[str], str]

MARKS = {
    Mark.STRANGER: marked("another company or private"),
    Mark.INTERNAL: marked("a colleague"),
    Mark.LIST: marked("a list: everybody on it would read the answer"),
    Mark.NO_REPLY: marked("nobody reads this address"),
}
REASONS = {
    Reason.NO_SUCH_ADDRESS: (
        marked("The address does not exist."),
        marked("Ask the customer for another address by telephone, or look in their record."),
    ),
    Reason.MAILBOX_FULL: (
        marked("The customer's mailbox is full."),
        marked("Send it again later, or reach the customer another way."),
    ),
    Reason.TOO_LARGE: (
        marked("The letter is too large for the customer's mail server."),
        marked("Write again without the files, or with a link to them."),
    ),
    Reason.UNWANTED: (
        marked("The customer's mail server does not want mail from us."),
        marked("Reach the customer another way, and tell whoever looks after our mail server."),
    ),
    Reason.UNREACHABLE: (
        marked("The customer's mail server could not be reached for days."),
        marked("Check the address, and reach the customer another way."),
    ),
    Reason.UNKNOWN: (
        marked("The other mail server gives no reason that we know."),
        marked("Read its report in the conversation, and reach the customer another way."),
    ),
}
_SHOWN = ("waiting", "sending", "sent", "failed", "uncertain")
_SERVER_SAID = "The server answered: "
MAX_SERVER_WORDS = 160


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far one letter has come. `kind` is ok, busy, warn or bad; `said` are the mail server's own words, short."""

    row: OutboxRow
    state: str
    kind: str
    title: str
    advice: str = ""
    said: str = ""

    @property
    def icon(self) -> str:
        return {"ok": "check", "busy": "send", "warn": "clock-alert", "bad": "circle-alert"}[self.kind]


@dataclass(frozen=True, slots=True)
class Sending:
    """`sent` holds letters of the conversation by Message-ID, `open` what a person has to look at, newest last.

    `choice` is for the draft that can be decided on, `goes_to` what a person is writing would go to.
    """

    choice: Choice | None = None
    goes_to: Choice | None = None
    signature: str = ""
    own_signature: str = ""
    sent: Mapping[str, Delivery] = field(default_factory=dict)
    open: tuple[Delivery, ...] = ()
    leaving: Delivery | None = None
    marks: Mapping[Mark, str] = field(default_factory=lambda: MARKS)


def sending_of(
    session: Session,
    house: House,
    page: CasePage,
    person: PersonRow,
    reader: Reader,
    words: Words,
    *,
    act: str,
) -> Sending:
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == page.case.id, OutboxRow.state.in_(_SHOWN))
        .order_by(OutboxRow.id)
    ).all()
    shown = [delivery_of(row, reader, words) for row in rows]
    draft = page.draft if page.draft and page.draft.state == "ready" else None
    newest_in = page.newest_in
    replies = [one for one in shown if one.row.kind == "reply"]
    choice = choice_of(session, draft) if draft else None
    goes_to = choice
    if choice is None and act in {"edit", "write"} and newest_in:
        goes_to = first_choice_of(session, newest_in)
    return Sending(
        choice=choice,
        goes_to=goes_to,
        signature=signature_below(session, house, draft, person) if draft else "",
        own_signature=signature_for(house, page.mailbox, page.case.language, person),
        sent={one.row.message_id: one for one in shown if one.row.state == "sent"},
        open=tuple(
            one
            for one in replies
            if one.state in {"failed", "uncertain"}
            or (one.state == "returned" and one is replies[-1] and not _answered_since(one.row, newest_in))
        ),
        leaving=next((one for one in replies if one.row.state in {"waiting", "sending"}), None),
    )


def _answered_since(row: OutboxRow, newest_in: object) -> bool:
    """Whether the customer has written since: then the letter is no longer what matters."""
    received = getattr(newest_in, "received_at", None)
    kind = getattr(newest_in, "kind", "")
    return kind == "customer" and received is not None and row.sent_at is not None and received > row.sent_at


def delivery_of(row: OutboxRow, reader: Reader, words: Words) -> Delivery:
    """The state of a letter in words: never more than is known."""
    if row.returned_at is not None:
        return _returned(row, reader, words)
    states = {"waiting": _waiting, "sending": _leaving, "failed": _failed, "uncertain": _uncertain}
    return states.get(row.state, _sent)(row, reader, words)


def _returned(row: OutboxRow, reader: Reader, words: Words) -> Delivery:
    reason, advice = REASONS[reason_of(row.returned_status)]
    time = reader.moment(row.returned_at or reader.now)
    title = words("Came back at %(time)s.") % {"time": time}
    if row.returned_to and set(row.returned_to) < set(row.recipients):
        title = words("Came back at %(time)s from %(addresses)s; the others got it.") % {
            "time": time,
            "addresses": ", ".join(row.returned_to),
        }
    said = row.returned_words[:MAX_SERVER_WORDS]
    return Delivery(row, "returned", "bad", f"{title} {words(reason)}", words(advice), said)


def _waiting(row: OutboxRow, reader: Reader, words: Words) -> Delivery:
    if not row.attempts:
        return Delivery(row, "waiting", "busy", words("Waits to leave; it can still be taken back."))
    title = words("Not sent yet. The next try is at %(time)s.") % {"time": reader.moment(row.send_after)}
    return Delivery(row, "retrying", "warn", title, said=_said(row))


def _leaving(row: OutboxRow, _: Reader, words: Words) -> Delivery:
    if row.handed_over_at is None:
        return Delivery(row, "handing", "busy", words("Being handed over to the mail server."))
    return Delivery(row, "handed", "busy", words("Handed over; the mail server has not confirmed it yet."))


def _failed(row: OutboxRow, _: Reader, words: Words) -> Delivery:
    advice = words("Nothing has left: it can be sent again as it was approved, or changed first.")
    if row.delivered_to:
        advice = words("%(addresses)s got it; “Try again” sends it to the others only.") % {
            "addresses": ", ".join(row.delivered_to)
        }
    return Delivery(row, "failed", "bad", words("This reply was not sent."), advice, _said(row))


def _uncertain(row: OutboxRow, _: Reader, words: Words) -> Delivery:
    title = words("We do not know whether this reply arrived.")
    if row.outcome == MAY_HAVE_LEFT:
        advice = words(
            "The database was restored from a backup, and we never send twice on our own."
            " Ask the customer or look into the sent folder."
        )
        return Delivery(row, "uncertain", "warn", title, advice)
    advice = words(
        "The connection broke while it was being sent, and we never send twice on our own."
        " Ask the customer or look into the sent folder."
    )
    return Delivery(row, "uncertain", "warn", title, advice, _said(row))


def _sent(row: OutboxRow, reader: Reader, words: Words) -> Delivery:
    time = {"time": reader.moment(row.sent_at or reader.now)}
    if set(row.delivered_to) >= set(row.recipients):
        return Delivery(
            row, "accepted", "ok", words("Accepted by the mail server at %(time)s.") % time, said=_said(row)
        )
    return Delivery(row, "counted", "ok", words("Counted as sent at %(time)s.") % time, said=row.outcome)


def _said(row: OutboxRow) -> str:
    """The server's own words without our introduction, short."""
    return row.outcome.removeprefix(_SERVER_SAID)[:MAX_SERVER_WORDS]
