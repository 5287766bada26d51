"""The week for managers: satisfaction, productivity, cost, quality."""

from agent.desk.boards.looking import Look
from agent.insight.figures import Name
from agent.insight.reports import Line, Section
from agent.insight.value import Scenario


def sections(look: Look) -> list[Section]:
    return [
        Section("satisfaction", [*look.score_lines(), look.response_line(), *look.loop_lines()]),
        Section(
            "productivity",
            [look.output_line(), *look.lines((Name.NEW, Name.MAILS_OUT, Name.HANDLING, Name.FIRST_MEDIAN))],
        ),
        Section("costs", [look.cost_line(), *_running(look)]),
        Section(
            "quality",
            [
                *look.accuracy_lines(),
                *look.lines(
                    (Name.IN_TIME, Name.ONE_ANSWER, Name.CAME_BACK, Name.ESCALATED, Name.UNCHANGED, Name.EDITED)
                ),
            ],
        ),
    ]  # fmt: skip


def _running(look: Look) -> list[Line]:
    """What people's work and Genklang itself have cost, each alone."""
    return [
        Line("work_cost", look.euros(look.cost.work), path="/feedback/value"),
        Line("cost", look.euros(look.worth.values[Scenario.REALISTIC].cost), path="/feedback/value"),
    ]
