"""The reports of the calendar, mailed to those whose addresses stand in the settings: each once, already filled in.

Weekly: how mails were sorted. Monthly: service and satisfaction. Quarterly: value. Half-yearly: what has been learnt
since, and that it is time to look at other weights or models.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import SYSTEM, record
from agent.desk.feedback.answers.answer_facts import answer_facts
from agent.desk.house import House
from agent.desk.insight import facts_of
from agent.desk.learning.accuracy import accuracy_report
from agent.desk.replies.fixing import first_to_send, fix, message_id_for, sender_of
from agent.desk.settings.rules import hours_of
from agent.desk.worth import worth
from agent.errors import SettingError
from agent.feedback.answers.figures import funnel, scores_by_kind
from agent.feedback.loop.loops import loop_figures
from agent.insight import reports
from agent.insight.figures import Figure, Name, figures
from agent.insight.figures import Kind as FigureKind
from agent.insight.reports import Kind, Line, Report, Span, Words
from agent.insight.value import Scenario
from agent.mail.message import Address, OutgoingMail
from agent.store.session import retry_passing
from agent.store.tables import CorrectionRow, MailboxRow, OutboxRow

NOT_BEFORE = time(7)
KIND = "summary"
_ADVICE: Mapping[Kind, str] = {
    Kind.WEEKLY: "accuracy_advice",
    Kind.MONTHLY: "satisfaction_advice",
    Kind.QUARTERLY: "value_advice",
    Kind.HALF_YEARLY: "training_advice",
}


def recipients(company: Company) -> dict[Kind, tuple[str, ...]]:
    """Who gets which report (table `reports`); nobody gets one unasked. Raises `SettingError`."""
    table = company.overrides.get("reports", {})
    if unknown := sorted(set(table) - set(Kind)):
        raise SettingError(
            f"reports.{unknown[0]} is not a report.",
            remedy=f"Reports: {', '.join(str(kind) for kind in Kind)}.",
        )
    found = {}
    for kind in Kind:
        addresses = table.get(kind, [])
        if not isinstance(addresses, list) or not all(
            isinstance(one, str) and is_address(one) for one in addresses
        ):
            raise SettingError(
                f"reports.{kind} is no list of e-mail addresses.", remedy='Write ["name@company.example"].'
            )
        found[kind] = tuple(dict.fromkeys(one.strip().lower() for one in addresses))
    return found


@retry_passing
def send_reports(house: House) -> None:
    """Post every report that is due and has not been posted; a kill in between repeats nothing."""
    company, now = house.company, house.clock()
    local = now.astimezone(company.zone)
    wanted = {kind: to for kind, to in recipients(company).items() if to}
    if not wanted or local.time() < NOT_BEFORE:
        return
    working = hours_of(company).of().is_open(local.date())
    for kind, to in wanted.items():
        span = reports.last_span(kind, local.date())
        if reports.is_due(span, local.date(), working=working):
            _send(house, kind, span, to)


def _send(house: House, kind: Kind, span: Span, to: Sequence[str]) -> None:
    with house.store.writing() as unit:
        session = unit.session
        keys = {address: f"{KIND}:{kind}:{span.last.isoformat()}:{address}" for address in to}
        sent = set(
            session.scalars(select(OutboxRow.dedupe_key).where(OutboxRow.dedupe_key.in_(keys.values())))
        )
        language = house.company.language
        mailboxes = session.scalars(select(MailboxRow).order_by(MailboxRow.id)).all()
        mailbox = first_to_send(mailboxes, language)
        if mailbox is None or len(sent) == len(keys):
            return
        words = reports.words_in(language)
        report = compose(session, house, kind, span, language, words)
        said = (report, words, house.company.name, language, house.desk_url)
        text = reports.as_text(*said)
        for address, key in keys.items():
            if key in sent:
                continue
            mail = OutgoingMail(
                message_id=message_id_for(house, mailbox),
                sender=sender_of(house, mailbox),
                to=(Address("", address),),
                subject=reports.title(report, words, house.company.name),
                text=text,
                html=reports.as_html(*said),
                date=house.clock().astimezone(house.company.zone),
                automatic=True,
            )
            fix(unit, house, mailbox, mail, kind=KIND, dedupe_key=key, text=text)
        record(unit, "report.sent", actor=SYSTEM, now=house.clock(), subject=f"{kind}:{span.last}")


def compose(session: Session, house: House, kind: Kind, span: Span, language: str, words: Words) -> Report:
    """The report of `span` with its figures in words."""
    tell = {
        Kind.WEEKLY: _sorting, Kind.MONTHLY: _service, Kind.QUARTERLY: _value, Kind.HALF_YEARLY: _learning,
    }[kind]  # fmt: skip
    return Report(kind, span, tell(session, house, span, language, words), (_ADVICE[kind],))


def instants(span: Span, company: Company) -> tuple[datetime, datetime]:
    """From the beginning of the first day up to the end of the last, in the company's zone."""
    zone = company.zone
    return (
        datetime.combine(span.first, time(), zone),
        datetime.combine(span.last + timedelta(days=1), time(), zone),
    )


def _sorting(session: Session, house: House, span: Span, language: str, words: Words) -> list[Line]:
    now = instants(span, house.company)[1] - timedelta(seconds=1)  # as it stood when the week ended
    seen = accuracy_report(session, house.company, now)
    *_, before, last = seen.total.weeks
    lines = [
        Line(
            "case_accuracy",
            words["none"] if last.accuracy is None else reports.a_share(last.accuracy, language),
            "" if before.accuracy is None else reports.a_share(before.accuracy, language),
        ),
        Line("drifting", ", ".join(one.category for one in seen.drifting) or words["none"]),
    ]
    return lines + _desk_lines(session, house, span, language, words, (Name.NEW, Name.UNCHANGED, Name.EDITED))


def _service(session: Session, house: House, span: Span, language: str, words: Words) -> list[Line]:
    lines = _desk_lines(
        session, house, span, language, words,
        (
            Name.NEW, Name.FIRST_MEDIAN, Name.FIRST_P90, Name.IN_TIME, Name.ONE_ANSWER, Name.CAME_BACK,
            Name.ESCALATED, Name.HANDLING, Name.UNCHANGED, Name.RIGHT_CATEGORY,
        ),
    )  # fmt: skip
    facts = answer_facts(session, house.company, *instants(span, house.company))
    scores = scores_by_kind(facts.given)
    for name in ("csat", "nps", "ces"):
        if (score := scores.get(name)) is not None:
            counted = words["answers"].format(count=score.answers)
            shown = (
                reports.a_share(score.value, language)
                if name == "csat"
                else reports.a_number(score.value, language)
            )
            lines.append(Line(name, f"{shown}, {counted}"))
    if (response := funnel(facts.contacts).response) is not None:
        lines.append(Line("response", reports.a_share(response.value, language)))
    loops = loop_figures(facts.loops, house.clock())
    for name, share in (("loops", loops.closed), ("stayed", loops.stayed)):
        if share is not None:
            lines.append(Line(name, reports.a_share(share.value, language)))
    return lines


def _value(session: Session, house: House, span: Span, language: str, words: Words) -> list[Line]:
    found = worth(session, house, *instants(span, house.company))
    likely = found.values[Scenario.REALISTIC]
    told = found.before is not None and likely.roi is not None
    lines = [
        Line("gain", reports.an_amount(likely.gain, language)),
        Line("cost", reports.an_amount(likely.cost, language)),
        Line(
            "roi",
            reports.a_share(likely.roi, language)
            if told and likely.roi is not None
            else words["no_baseline"],
        ),
    ]
    return lines + _desk_lines(
        session, house, span, language, words, (Name.NEW, Name.HANDLING, Name.CAME_BACK)
    )


def _learning(session: Session, house: House, span: Span, language: str, words: Words) -> list[Line]:
    start, end = instants(span, house.company)
    corrected = session.scalar(
        select(func.count(CorrectionRow.id)).where(
            CorrectionRow.created_at >= start,
            CorrectionRow.created_at < end,
            CorrectionRow.undone_at.is_(None),
        )
    )
    lines = [Line("corrections", reports.a_number(corrected or 0, language))]
    return lines + _desk_lines(
        session, house, span, language, words, (Name.RIGHT_CATEGORY, Name.UNCHANGED, Name.REJECTED)
    )


def _desk_lines(
    session: Session, house: House, span: Span, language: str, words: Words, wanted: Sequence[Name]
) -> list[Line]:
    """Figures of insight, each with that of the time before."""
    now = house.clock()
    found, before = (
        figures(facts_of(session, house.company, *instants(one, house.company), now=now))
        for one in (span, span.before)
    )
    return [
        Line(str(name), _shown(found[name], language, words), _shown(before[name], language, words))
        for name in wanted
    ]


def _shown(figure: Figure, language: str, words: Words) -> str:
    if figure.value is None:
        return words["none"]
    if figure.too_few:
        return words["too_few"]
    if figure.kind is FigureKind.SHARE:
        return reports.a_share(figure.value, language)
    if figure.kind is FigureKind.TIME:
        return reports.a_time(figure.value, words)
    return reports.a_number(figure.value, language)


def is_address(text: str) -> bool:
    name, at, domain = text.strip().partition("@")
    return bool(name and at and "." in domain) and " " not in text.strip()
