"""The month for management: return on investment, strategic figures, and benchmarks beside them."""

from agent.desk.boards.looking import Look
from agent.desk.worth import standing_from
from agent.feedback.answers.beside import compared
from agent.insight.figures import Name
from agent.insight.reports import Line, Row, Section
from agent.insight.value import Scenario


def sections(look: Look) -> list[Section]:
    return [
        Section("value", value_lines(look)),
        Section(
            "strategy",
            [
                *look.score_lines(),
                *look.lines(
                    (
                        Name.NEW, Name.ONE_ANSWER, Name.FIRST_MEDIAN, Name.FIRST_P90, Name.IN_TIME,
                        Name.HANDLING, Name.CAME_BACK, Name.ESCALATED, Name.UNCHANGED, Name.RIGHT_CATEGORY,
                    )
                ),
                look.output_line(), look.cost_line(), look.response_line(), *look.loop_lines(),
            ],
        ),
        benchmark_section(look),
    ]  # fmt: skip


def value_lines(look: Look) -> list[Line]:
    """Gain, cost and return; the return under all three scenarios, and under none without a baseline."""
    found, path = look.worth, "/feedback/value"
    likely = found.values[Scenario.REALISTIC]
    lines = [
        Line("gain", look.euros(likely.gain), path=path),
        Line("cost", look.euros(likely.cost), path=path),
    ]
    if found.before is None or likely.roi is None:
        return [*lines, Line("roi", look.words["no_baseline"], path=path)]
    others = ", ".join(
        f"{look.words[scenario]} {look.share(roi)}"
        for scenario in (Scenario.CONSERVATIVE, Scenario.OPTIMISTIC)
        if (roi := found.values[scenario].roi) is not None
    )
    return [*lines, Line("roi", look.share(likely.roi), note=others, path=path)]


def benchmark_section(look: Look) -> Section:
    """Our own figures beside published response rates, and beside how support stood before Genklang."""
    rows = [
        Row(
            one.benchmark.names.get(look.language, one.benchmark.names["en"]),
            (
                look.words["none"] if one.ours.response is None else look.share(one.ours.response.value),
                f"{look.share(one.benchmark.usual[0])}–{look.share(one.benchmark.usual[1])}",
                f"{look.share(one.benchmark.good[0])}–{look.share(one.benchmark.good[1])}",
                look.share(one.benchmark.excellent),
                look.words[f"is_{one.verdict}"] if one.verdict else look.words["too_few"],
            ),
            "/feedback/answers?days=365",
        )
        for one in compared(look.seen.answers.contacts)
    ]
    columns = ("asking", "ours", "usual", "good", "excellent", "verdict")
    return Section("benchmarks", _since_before(look), columns, rows, "nobody_asked")


def _since_before(look: Look) -> list[Line]:
    """Work on a case and customers who wrote again, beside the baseline."""
    if look.worth.before is None:
        return []
    before, now = standing_from(look.worth.before), look.worth.now
    lines = []
    for name, was, is_now, write in (
        ("handling", before.handling_h, now.handling_h, lambda hours: look.time(hours * 3600)),
        ("came_back", before.came_back, now.came_back, look.share),
    ):
        if was is not None:
            shown = look.words["too_few"] if is_now is None else write(is_now)
            told = look.words["baseline"].format(value=write(was))
            lines.append(Line(name, shown, note=told, path="/feedback/value#baseline"))
    return lines
