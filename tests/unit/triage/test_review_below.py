"""The confidence below which a person sorts the mail is the company's to set."""

import pytest

from agent.errors import SettingError
from agent.triage.category import review_below


def test_a_company_sets_its_own() -> None:
    assert 0 < review_below() < 1
    assert review_below({}) == review_below()
    assert review_below({"review_below": 0.9}) == 0.9


@pytest.mark.parametrize(
    "table", [{"review_bellow": 0.5}, {"review_below": 70}, {"review_below": "high"}, {"review_below": True}]
)
def test_what_cannot_be_meant_is_named(table: dict[str, object]) -> None:
    with pytest.raises(SettingError, match=r"sorting\.review_bel"):
        review_below(table)
