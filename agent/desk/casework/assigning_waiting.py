"""Cases that nobody could be given are tried again: somebody has room now, is back, or can do more than before."""

from collections.abc import Sequence
from dataclasses import replace

from agent.cases.assignment import Colleague, Mode, Wanted, choose
from agent.company import Company
from agent.desk.casework.assigning import choice_for, give, staff
from agent.desk.house import House
from agent.desk.settings.rules import assignment_rules_of, hours_of
from agent.store.queries.team import refused
from agent.store.queries.waiting_cases import Kind, first_due_waiting, waiting_kinds
from agent.store.session import retry_passing

AT_MOST = 50
"""Cases in one transaction; the rest follow at the next call."""


@retry_passing
def assign_waiting(house: House) -> int:
    """Give the cases that nobody has, those due first, to whoever fits now; how many found somebody.

    Nothing happens unless the company lets cases be given out by themselves. Cases of a kind that nobody can have at
    the moment are passed over, so that they never keep the others waiting.
    """
    if assignment_rules_of(house.company).mode is not Mode.AUTOMATIC:
        return 0
    with house.store.writing() as unit:
        people = {one.person_id: one for one in staff(unit.session, house.company, house.clock())}
        if not any(_can_take_more(one) for one in people.values()):
            return 0
        able = [
            kind
            for kind in waiting_kinds(unit.session)
            if _somebody_for(house.company, kind, tuple(people.values()))
        ]
        if not able:
            return 0
        found = first_due_waiting(unit.session, able, AT_MOST)
        not_these = refused(unit.session, [case.id for case, _ in found])
        given = 0
        for case, mailbox in found:
            choice = choice_for(
                unit.session, house.company, case, mailbox, tuple(people.values()),
                not_these.get(case.id, frozenset()),
            )  # fmt: skip
            if choice.person_id is None:
                continue
            taker = people[choice.person_id]
            give(unit, house, case, taker.person_id, cause="rule", why=[str(reason) for reason in choice.why])
            people[taker.person_id] = replace(taker, open_cases=taker.open_cases + 1)
            given += 1
        return given


def _can_take_more(one: Colleague) -> bool:
    return not one.away and one.open_cases < one.capacity


def _somebody_for(company: Company, kind: Kind, people: Sequence[Colleague]) -> bool:
    team = hours_of(company).team_of(kind.address, kind.category)
    wanted = Wanted(kind.language, kind.category, team=team.key if team else "")
    return choose(wanted, people, team_has_members=bool(team and team.members)).person_id is not None
