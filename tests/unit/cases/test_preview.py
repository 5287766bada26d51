"""What would have become of past cases under other points."""

from dataclasses import replace

from agent.cases.case import CustomerRecord, Priority
from agent.cases.preview import PastMail, preview
from agent.cases.priority import load_rules
from agent.triage.reading import Reading
from tests.unit.cases.test_priority import CALM, IMPACT, RISK, TIME

SHIPPED = load_rules()


def mail(case_id: int, *signals: object) -> PastMail:
    reading: Reading = replace(CALM, signals=signals)  # type: ignore[arg-type]
    return PastMail(case_id, reading, CustomerRecord("x@example.com"))


def test_the_same_rules_move_nothing() -> None:
    seen = preview([mail(1), mail(2, TIME)], SHIPPED, SHIPPED)
    assert (seen.cases, seen.changed) == (2, 0)


def test_each_move_counts_its_cases_and_names_the_newest() -> None:
    eager = load_rules({"levels": {"high": 3}})
    seen = preview([mail(number, TIME) for number in range(1, 8)] + [mail(9)], SHIPPED, eager)
    moved = next(move for move in seen.moves if move.before is not move.after)
    assert (moved.before, moved.after, moved.cases) == (Priority.MEDIUM, Priority.HIGH, 7)
    assert moved.examples == (7, 6, 5, 4, 3)
    assert seen.changed == 7
    assert seen.totals()[Priority.HIGH] == (0, 7)
    assert seen.totals()[Priority.LOW] == (1, 1)


def test_a_case_is_as_urgent_as_the_most_urgent_of_its_mails() -> None:
    past = [mail(1, IMPACT, TIME), mail(1), mail(1, RISK)]
    seen = preview(past, SHIPPED, load_rules({"points": {"business_impact": 0}}))
    assert [(move.before, move.after, move.cases) for move in seen.moves] == [
        (Priority.HIGH, Priority.MEDIUM, 1)
    ]


def test_no_past_no_moves() -> None:
    assert preview([], SHIPPED, SHIPPED).moves == ()
