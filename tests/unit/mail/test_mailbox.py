"""What the answers of a server mean for a mail."""

import pytest

from agent.mail.mailbox import RecipientAnswer, SendOutcome, SendState

YES, LATER, NO = (RecipientAnswer(f"{code}@x.test", code, "text") for code in (250, 451, 550))


@pytest.mark.parametrize(
    ("answers", "state", "accepted", "to_retry"),
    [
        ((YES,), SendState.ACCEPTED, ["250@x.test"], []),
        ((YES, YES), SendState.ACCEPTED, ["250@x.test", "250@x.test"], []),
        ((YES, LATER), SendState.PARTLY_REFUSED, ["250@x.test"], ["451@x.test"]),
        ((YES, NO), SendState.PARTLY_REFUSED, ["250@x.test"], []),
        ((LATER, NO), SendState.REFUSED_FOR_NOW, [], ["451@x.test"]),
        ((NO,), SendState.REFUSED_FOR_GOOD, [], []),
    ],
)
def test_answers_decide_who_has_it_and_who_gets_it_again(
    answers: tuple[RecipientAnswer, ...], state: SendState, accepted: list[str], to_retry: list[str]
) -> None:
    outcome = SendOutcome.of(answers)
    assert outcome.state is state
    assert list(outcome.accepted) == accepted
    assert list(outcome.to_retry) == to_retry


def test_the_first_refusal_is_what_people_read() -> None:
    assert SendOutcome.of((YES, NO, LATER)).text == "The server answered: 550 text"


def test_an_uncertain_mail_is_neither_accepted_nor_to_be_repeated() -> None:
    outcome = SendOutcome(SendState.UNCERTAIN, answers=(YES, LATER))
    assert (outcome.accepted, outcome.to_retry) == ((), ())


def test_what_was_not_sent_may_be_repeated_for_everybody() -> None:
    untold = (RecipientAnswer("a@x.test", 0, ""), RecipientAnswer("b@x.test", 0, ""))
    assert SendOutcome(SendState.NOT_SENT, answers=untold).to_retry == ("a@x.test", "b@x.test")
