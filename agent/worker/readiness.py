"""What /readyz and `genklang doctor` ask of broker and search index. Each raises `OutsideUnavailable` or is fine."""

from collections.abc import Callable

import httpx

from agent.errors import OutsideUnavailable
from agent.settings import Settings
from agent.wiring import index_url
from agent.worker.app import SILENCE_S, make_app


def broker_probe(settings: Settings) -> Callable[[], None]:
    """Connect to the broker and leave again."""
    app = make_app(settings)

    def probe() -> None:
        try:
            with app.connection_for_write(heartbeat=0) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0, timeout=SILENCE_S)
                connection.default_channel.close()
        except Exception as error:  # each transport has errors of its own
            raise OutsideUnavailable(
                f"The broker does not answer ({type(error).__name__}).",
                code="broker.unavailable",
                remedy="Check GENKLANG_BROKER_URL and that the server runs.",
            ) from error

    return probe


def index_probe(settings: Settings) -> Callable[[], None]:
    """Ask Chroma for a sign of life."""

    def probe() -> None:
        url = index_url(settings)
        if not url:
            return  # nothing is running that could be away: this process keeps its own index
        try:
            httpx.get(f"{url}/api/v2/heartbeat", timeout=SILENCE_S, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise OutsideUnavailable(
                f"The search index does not answer ({type(error).__name__}).",
                code="index.unavailable",
                remedy="Check GENKLANG_CHROMA_URL and that the server runs."
                if settings.chroma_url
                else "`genklang up` starts it again by itself; look at its lines in the log.",
            ) from error

    return probe
