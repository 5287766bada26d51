"""For machines that watch: is the process alive, can it work, and its figures for Prometheus."""

from collections.abc import Callable, Iterable, Mapping

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, PlainTextResponse, Response

from agent.desk.house import House
from agent.errors import GenklangError
from agent.store.migrate import is_current
from agent.store.queries.shell import ON_ITS_WAY, STUCK, UNFINISHED
from agent.store.tables import CaseRow, HeartbeatRow, MailboxRow, MessageRow, NoticeRow, OutboxRow
from api.dependencies import the_house

Probe = Callable[[], None]
"""Does nothing when its part works; raises a `GenklangError` that says what is wrong."""

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> Response:
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """200 when everything this process needs answers, else 503; the parts by name, `ok` or what is wrong."""
    probes: Mapping[str, Probe] = {
        "database": _database_probe(the_house(request)),
        **request.app.state.probes,
    }
    parts = {name: _outcome(probe) for name, probe in probes.items()}
    ready = all(outcome == "ok" for outcome in parts.values())
    return JSONResponse({"ready": ready, "parts": parts}, 200 if ready else 503)


def _outcome(probe: Probe) -> str:
    try:
        probe()
    except GenklangError as error:
        return str(error)
    return "ok"


def _database_probe(house: House) -> Probe:
    def probe() -> None:
        try:
            current = is_current(house.store)
        except SQLAlchemyError as error:
            raise GenklangError(
                "The database does not answer.", remedy="Check GENKLANG_DATABASE_URL."
            ) from error
        if not current:
            raise GenklangError(
                "The database has older tables.",
                remedy="Start `genklang up` once; it brings them up to date.",
            )

    return probe


@router.get("/metrics")
def metrics(request: Request) -> Response:
    registry = CollectorRegistry()
    registry.register(DeskFigures(the_house(request)))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class DeskFigures(Collector):
    """Figures read from the database when they are asked for, so that every process tells the same."""

    def __init__(self, house: House) -> None:
        self._house = house

    def describe(self) -> Iterable[Metric]:
        return []  # registering must not read the database

    def collect(self) -> Iterable[Metric]:
        now = self._house.clock()
        cases = GaugeMetricFamily("genklang_cases", "Cases by state.", labels=["state"])
        outbox = GaugeMetricFamily(
            "genklang_outbox", "Letters that have not left, by state.", labels=["state"]
        )
        work = GaugeMetricFamily(
            "genklang_work_waiting", "Messages by the step they wait for.", labels=["step"]
        )
        oldest = GaugeMetricFamily("genklang_work_oldest_seconds", "Age of the oldest unfinished message.")
        silent = GaugeMetricFamily(
            "genklang_heartbeat_age_seconds", "Since a process was heard of.", labels=["process"]
        )
        notices = GaugeMetricFamily("genklang_notices_open", "Open notices.")
        mailboxes = GaugeMetricFamily("genklang_mailboxes_failing", "Mailboxes whose server does not answer.")
        with self._house.store.reading() as session:
            letters = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
            for family, query in (
                (cases, select(CaseRow.state, func.count()).group_by(CaseRow.state)),
                (outbox, letters.where(ON_ITS_WAY)),
                (outbox, letters.where(STUCK)),
            ):
                for value, count in session.execute(query):
                    family.add_metric([value], count)
            for step, count in session.execute(
                select(MessageRow.step, func.count()).where(UNFINISHED).group_by(MessageRow.step)
            ):
                work.add_metric([step], count)
            since = session.scalar(
                select(func.min(MessageRow.received_at)).where(UNFINISHED, MessageRow.parked == "")
            )
            oldest.add_metric([], (now - since).total_seconds() if since else 0.0)
            for row in session.scalars(select(HeartbeatRow)):
                silent.add_metric([row.process], (now - row.at).total_seconds())
            notices.add_metric(
                [], session.scalar(select(func.count()).where(NoticeRow.resolved_at.is_(None))) or 0
            )
            failing = MailboxRow.failing_since.is_not(None)
            mailboxes.add_metric([], session.scalar(select(func.count()).where(failing)) or 0)
        return [cases, outbox, work, oldest, silent, notices, mailboxes]
