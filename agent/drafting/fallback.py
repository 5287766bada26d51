"""When the model does not answer, the local writer does, and the desk says so."""

from dataclasses import replace

import structlog

from agent.drafting.draft import Draft, DraftRequest, Writer
from agent.llm.model import ModelUnavailable

_log = structlog.get_logger(__name__)


class FallbackWriter:
    """A `Writer`: `primary`, and `local` whenever that raises `ModelUnavailable`."""

    def __init__(self, primary: Writer, local: Writer) -> None:
        self._primary = primary
        self._local = local

    def write(self, request: DraftRequest) -> Draft:
        try:
            return self._primary.write(request)
        except ModelUnavailable as error:
            _log.warning(
                "draft fell back to the local engine", code=error.code, retry_after=error.retry_after
            )
            draft = self._local.write(request)
            sentence = f"{error.message} This draft was written by the local engine."
            return replace(draft, warnings=(*draft.warnings, sentence), fell_back=True)
