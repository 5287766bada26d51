"""What people say of the reasons for a case's priority; the case is judged anew by it."""

from collections.abc import Mapping

from agent.cases.reasons import CORRECTABLE
from agent.desk.casework.judging import REASON, judge_again
from agent.desk.house import House
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, CorrectionRow, PersonRow

_WORDS = {True: "yes", False: "no"}


def put_reasons_right(
    unit: Unit, house: House, case: CaseRow, wanted: Mapping[str, bool], *, person: PersonRow, text: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Say of reasons that they are so or not, for the mails that came until now; what was and is said, by field.

    The case, which must be locked, is judged anew. `text` is what could be learnt from. Raises `WrongUse` for what is
    no such reason, and `Conflict` before the case was judged.
    """
    if not wanted:
        return {}, {}
    if unknown := wanted.keys() - set(CORRECTABLE):
        raise WrongUse(
            f"{min(unknown)!r} is not a reason that can be changed.",
            code="reason.unknown",
            remedy=f"Use one of {', '.join(CORRECTABLE)}.",
        )
    shown = {row["name"] for row in case.factors}
    changed = {name: is_so for name, is_so in wanted.items() if is_so != (name in shown)}
    before = {REASON + name: _WORDS[not is_so] for name, is_so in changed.items()}
    after = {REASON + name: _WORDS[is_so] for name, is_so in changed.items()}
    for field, said in after.items():
        unit.session.add(
            CorrectionRow(
                case_id=case.id, message_id=case.latest_in_id, person_id=person.id, field=field,
                before=before[field], after=said, redacted_text=text, created_at=house.clock(),
            )
        )  # fmt: skip
    if changed:
        unit.session.flush()
        if not judge_again(unit, house, case):
            raise Conflict(
                "The case has not been judged yet.", code="reason.early", remedy="Wait for a moment."
            )
    return before, after
