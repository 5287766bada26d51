"""Letter groups tell texts apart by their wording, whatever its length and the redaction's marks."""

import numpy as np
import pytest

from agent.triage import lettering
from agent.triage.lettering import PLACES, Lettering

EVEN = np.ones(PLACES, dtype=np.float32)


def likeness(one: Lettering, other: Lettering) -> float:
    rows = np.zeros((2, PLACES), dtype=np.float32)
    for row, (places, values) in zip(rows, (one, other), strict=True):
        row[places] = values
    return float(rows[0] @ rows[1])


def seen(text: str) -> Lettering:
    return lettering.weigh(lettering.count(text), EVEN)


def test_compounds_and_inflections_share_groups() -> None:
    invoice = seen("Rechnung")
    assert likeness(invoice, seen("Rechnungsnummern")) > 0.4 > likeness(invoice, seen("Lieferung"))


def test_case_and_placeholders_say_nothing() -> None:
    plain = seen("the app crashes")
    assert likeness(plain, seen("[PERSON_1] The APP crashes")) == pytest.approx(1.0, abs=1e-5)


def test_a_weighed_row_has_length_one_and_an_empty_text_none() -> None:
    assert float(np.linalg.norm(seen("hello")[1])) == pytest.approx(1.0, abs=1e-5)
    places, values = seen("")
    assert (len(places), len(values)) == (0, 0)


def test_groups_without_weight_are_as_good_as_absent() -> None:
    places, values = lettering.weigh(lettering.count("hello"), np.zeros(PLACES, dtype=np.float32))
    assert len(places) == len(values)
    assert not values.any()
