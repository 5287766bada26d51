"""Why somebody should have a case, or nobody can, in words."""

from agent.cases.assignment import Mode, Why, WhyNobody
from api.web.language import marked

MODES = {
    Mode.OFF: marked("Nobody: colleagues take cases themselves"),
    Mode.SUGGEST: marked("Suggest on the lead’s board"),
    Mode.AUTOMATIC: marked("Give new cases to people automatically"),
}

# `%(language)s`, `%(category)s`, `%(team)s` and the figures are given to all of them.
WHY = {
    Why.KNOWS_CUSTOMER: marked("has answered this customer before"),
    Why.TEAM: marked("is in the team that looks after it"),
    Why.LANGUAGE: marked("writes %(language)s"),
    Why.SKILL: marked("knows %(category)s"),
    Why.LEAST_FULL: marked("has the most room: %(open)s of %(capacity)s cases"),
}

WHY_NOBODY = {
    WhyNobody.NOBODY_THERE: marked("Nobody who takes such cases is there."),
    WhyNobody.LANGUAGE: marked("Nobody who is there writes %(language)s."),
    WhyNobody.SKILL: marked("Nobody who writes %(language)s is entered for %(category)s."),
    WhyNobody.FULL: marked("All who could have it are full."),
    WhyNobody.REFUSED: marked("You do not want those to have it who could."),
}
