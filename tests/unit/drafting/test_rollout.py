"""Which mails get drafts that people see."""

import pytest

from agent.drafting.rollout import EVERYTHING, Mode, Setting, in_pilot, mode_for

BOX, OTHER_BOX = 1, 2


def holds(*settings: Setting, category: str = "billing", mailbox_id: int = BOX, case_id: int = 7) -> Mode:
    return mode_for(settings, category=category, mailbox_id=mailbox_id, case_id=case_id)


def test_drafts_are_on_where_nobody_decided() -> None:
    assert holds() is Mode.ON


def test_a_category_of_its_own_stands_above_the_rest() -> None:
    """Start small: everything unseen, one category shown."""
    settings = (Setting(Mode.SHADOW, EVERYTHING), Setting(Mode.ON, "billing"))
    assert holds(*settings) is Mode.ON
    assert holds(*settings, category="technical") is Mode.SHADOW


@pytest.mark.parametrize(
    ("mailbox", "category", "expected"),
    [
        (Mode.OFF, Mode.ON, Mode.OFF),
        (Mode.SHADOW, Mode.ON, Mode.SHADOW),
        (Mode.ON, Mode.OFF, Mode.OFF),
        (Mode.SHADOW, Mode.OFF, Mode.OFF),
    ],
)
def test_no_mail_gets_more_than_its_mailbox_allows(mailbox: Mode, category: Mode, expected: Mode) -> None:
    settings = (Setting(mailbox, mailbox_id=BOX), Setting(category, "billing"))
    assert holds(*settings) is expected
    assert holds(*settings, mailbox_id=OTHER_BOX) is category


def test_a_pilot_shows_drafts_for_its_share_and_drafts_the_others_unseen() -> None:
    setting = Setting(Mode.ON, mailbox_id=BOX, share=20)
    modes = [holds(setting, case_id=case) for case in range(1, 2001)]
    assert set(modes) == {Mode.ON, Mode.SHADOW}
    assert modes.count(Mode.ON) == pytest.approx(400, abs=60)
    assert modes == [holds(setting, case_id=case) for case in range(1, 2001)], "the same each time"


def test_who_is_in_a_small_pilot_stays_in_when_it_grows() -> None:
    small = {case for case in range(500) if in_pilot(case, BOX, 20)}
    assert small < {case for case in range(500) if in_pilot(case, BOX, 50)}
    assert all(in_pilot(case, BOX, 100) for case in range(500))


def test_mailboxes_draw_their_pilots_apart() -> None:
    one, other = ({case for case in range(500) if in_pilot(case, box, 20)} for box in (BOX, OTHER_BOX))
    assert one != other
