"""Step 7: who has the case? Given to whoever fits, where the company lets that happen by itself."""

from agent.desk.casework.assigning import assign_new
from agent.desk.house import House
from agent.desk.people.standing_in import hand_on
from agent.desk.steps.work import Apply
from agent.store.session import Unit
from agent.store.tables import CaseRow, MessageRow


def run(house: House, message_id: int) -> Apply:
    def apply(unit: Unit, message: MessageRow) -> None:
        case = unit.session.get_one(CaseRow, message.case_id, with_for_update=True)
        hand_on(unit, house, case)
        assign_new(unit, house, case)

    return apply
