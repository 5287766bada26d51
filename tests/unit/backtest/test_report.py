"""What would change, judged by what people said."""

from agent.backtest.outcome import Comparison
from agent.backtest.report import ALL, Aspect, report_on
from agent.backtest.verdict import sentences, verdict
from tests.unit.backtest.mails import compared, draft, outcome


def comparison(*mails: object, asked: int = 0, skipped: int = 0) -> Comparison:
    return Comparison("as now", "weights new.toml", mails, asked or len(mails) + skipped, skipped)  # type: ignore[arg-type]


TECHNICAL, BILLING = outcome("technical"), outcome("billing")
RIGHTED = compared(TECHNICAL, BILLING, truth="billing", group="billing")
SPOILT = compared(TECHNICAL, BILLING, truth="technical")
SAME = compared(TECHNICAL, TECHNICAL, truth="technical")
OPEN = compared(TECHNICAL, BILLING)
ELSEWHERE = compared(TECHNICAL, BILLING, truth="delivery")


def test_changes_are_judged_by_what_people_said() -> None:
    report = report_on(comparison(*[RIGHTED] * 9, SPOILT, OPEN, ELSEWHERE, *[SAME] * 68))
    line = report.total.line(Aspect.CATEGORY)
    assert line is not None
    assert (line.mails, line.changed, line.paired.better, line.paired.worse) == (80, 12, 9, 1)
    assert line.paired.judged == 79
    assert (round(line.before * 79), round(line.after * 79)) == (69, 77)
    assert sentences(report)[0].startswith(
        "12 of 80 would get another category; 9 agree with people, 1 worse, 2 open (right in 87% now, 97% then"
    )
    assert verdict(report) == "Better in category, and worse in nothing that could be shown."


def test_each_category_has_figures_of_its_own_the_largest_first() -> None:
    report = report_on(comparison(*[RIGHTED] * 2, *[SAME] * 3))
    assert [(group.name, group.mails) for group in report.groups] == [
        (ALL, 5),
        ("technical", 3),
        ("billing", 2),
    ]


def test_each_mail_that_moves_is_named_with_its_verdict() -> None:
    moved = report_on(comparison(RIGHTED, SPOILT, OPEN, SAME)).moved
    assert [(one.before, one.after, one.verdict) for one in moved] == [
        ("technical", "billing", 1),
        ("technical", "billing", -1),
        ("technical", "billing", 0),
    ]


def test_sorting_is_right_when_a_person_gets_exactly_what_would_be_wrong() -> None:
    asks, decides = outcome(needs_review=True), outcome()
    right_unasked = compared(asks, decides, truth="technical")
    wrong_unasked = compared(asks, decides, truth="billing")
    line = report_on(comparison(right_unasked, right_unasked, wrong_unasked)).total.line(Aspect.SORTING)
    assert line is not None
    assert (line.changed, line.paired.better, line.paired.worse) == (3, 2, 1)


def test_drafts_are_compared_where_both_ways_wrote_one() -> None:
    clean, faulty = draft(likeness=0.8), draft(failed=("tone",), unsourced=2, likeness=0.5)
    report = report_on(
        comparison(
            compared(outcome(draft=faulty), outcome(draft=clean)),
            compared(outcome(draft=clean), outcome(draft=clean)),
            compared(outcome(draft=clean), outcome()),
        )
    )
    for aspect, before, after in (
        (Aspect.CHECKS, 0.5, 1.0),
        (Aspect.SOURCES, 0.5, 1.0),
        (Aspect.LIKENESS, 0.65, 0.8),
    ):
        line = report.total.line(aspect)
        assert line is not None
        assert (line.mails, line.changed, line.paired.better) == (2, 1, 1)
        assert (line.before, line.after) == (before, after)


def test_what_it_costs_is_told() -> None:
    report = report_on(
        comparison(
            compared(
                outcome(draft=draft(words=40), seconds=0.5),
                outcome(draft=draft(words=80), tokens=1500, seconds=4.0),
            )
        )
    )
    told = sentences(report)
    assert "Tokens a mail: 0 now, 1,500 then." in told
    assert "Seconds a mail: 0.50 now, 4.00 then." in told
    assert "Words a draft: 40 now, 80 then." in told


def test_what_favours_the_present_way_and_what_is_missing_is_told() -> None:
    stood = compared(TECHNICAL, TECHNICAL, truth="technical", corrected=False, own=True)
    told = sentences(report_on(comparison(stood, asked=9, skipped=2)))
    assert told == [
        "It was stopped after 1 of 9 mails.",
        "2 mails left out: unreadable, or the customer objects.",
        "1 mail judged by what people let stand, which favours the present way.",
        "1 of the letters compared with began as our drafts, which favours the present way.",
    ]


def test_the_verdict_says_what_to_do() -> None:
    for mails, expected in (
        ([], "There was no mail to compare."),
        ([SAME] * 4, "Nothing would change in 4 mails."),
        ([SPOILT] * 8, "Worse in category: better not switched on."),
        ([RIGHTED, SPOILT, SAME], "Too few of the changes can be judged"),
        ([RIGHTED] * 5 + [SPOILT] * 5, "It changes things, but no better and no worse"),
    ):
        assert verdict(report_on(comparison(*mails))).startswith(expected)
