"""One redactor for all tests of this folder: loading it takes a second."""

import pytest

from agent.privacy.engine import build_redactor
from agent.privacy.redaction import Redactor


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    return build_redactor(["Nordlund Systems", "Kobalt"])
