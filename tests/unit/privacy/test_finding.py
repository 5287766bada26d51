"""Rival findings are settled without overlap, and nothing that one of them hid is left open."""

from hypothesis import given
from hypothesis import strategies as st

from agent.privacy.finding import Finding, settle
from agent.privacy.redaction import PiiType

_TEXT = "anna holm, torvet 4, 12345 b"


def test_an_address_keeps_the_name_inside_it() -> None:
    street = Finding(PiiType.ADDRESS, 0, 19, 0.9)
    assert settle([Finding(PiiType.PERSON, 0, 9, 0.9), street], _TEXT) == [street]


def test_what_sticks_out_of_the_winner_is_hidden_too() -> None:
    settled = settle([Finding(PiiType.EMAIL, 5, 12, 0.9), Finding(PiiType.PERSON, 0, 9, 0.9)], _TEXT)
    assert [(f.type, f.start, f.end) for f in settled] == [(PiiType.PERSON, 0, 4), (PiiType.EMAIL, 5, 12)]


def test_space_at_the_ends_stays_open() -> None:
    assert settle([Finding(PiiType.PERSON, 4, 10, 0.9)], "x   anna  y")[0].end == 8


_FINDINGS = st.lists(
    st.builds(
        lambda kind, start, length, score: Finding(kind, start, min(start + length, len(_TEXT)), score),
        st.sampled_from(list(PiiType)),
        st.integers(0, len(_TEXT) - 1),
        st.integers(1, 12),
        st.floats(0.1, 1.0),
    ),
    max_size=8,
)


@given(_FINDINGS)
def test_no_overlap_and_no_letter_lost(findings: list[Finding]) -> None:
    settled = settle(findings, _TEXT)
    covered = [0] * len(_TEXT)
    for finding in settled:
        for at in range(finding.start, finding.end):
            covered[at] += 1
    assert max(covered, default=0) <= 1
    for finding in findings:
        assert all(covered[at] for at in range(finding.start, finding.end) if _TEXT[at].isalnum())
