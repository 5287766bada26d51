"""When the model does not answer, the local engine reads the mail, and the desk says so."""

from dataclasses import replace

import structlog

from agent.llm.model import ModelUnavailable
from agent.triage.reading import Reading, TriageEngine, TriageInput

_log = structlog.get_logger(__name__)


class FallbackTriage:
    """A `TriageEngine`: `primary`, and `local` whenever that raises `ModelUnavailable`."""

    def __init__(self, primary: TriageEngine, local: TriageEngine) -> None:
        self._primary = primary
        self._local = local

    def read(self, mail: TriageInput) -> Reading:
        try:
            return self._primary.read(mail)
        except ModelUnavailable as error:
            _log.warning(
                "triage fell back to the local engine", code=error.code, retry_after=error.retry_after
            )
            reading = self._local.read(mail)
            sentence = f"{error.message} This mail was sorted by the local engine."
            return replace(reading, warnings=(*reading.warnings, sentence))
