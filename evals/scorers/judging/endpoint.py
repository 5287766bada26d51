"""The language model of the settings, for the suites that write with it or have it judge."""

import os
from pathlib import Path

from agent.llm.model import LanguageModel
from agent.settings import load_settings
from agent.understanding import open_catalogue, open_model
from evals.rows import Absent
from prompts.catalogue import Catalogue


def endpoint() -> tuple[LanguageModel, Catalogue]:
    """The model that GENKLANG_LLM_MODEL names, and the prompts. Raises `Absent` where none is named."""
    settings = load_settings(dict(os.environ), Path.cwd())
    if not settings.llm_model:
        raise Absent("name a language model with GENKLANG_LLM_MODEL")
    catalogue = open_catalogue(settings)
    return open_model(settings, catalogue), catalogue
