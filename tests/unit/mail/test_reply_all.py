"""Who else a mail went to, and what people must know before they answer there too."""

from dataclasses import replace

import pytest

from agent.mail.message import Address, ParsedMessage
from agent.mail.reply_all import House, Mark, marked, other_reply_to, people_beside
from tests.unit.mail.letters import message

OURS = House.of(["support@nordlys.example"], ["emil@elsewhere.example"])


def mail(**more: object) -> ParsedMessage:
    return replace(message(), sender=Address("Anne", "anne@customer.example"), **more)  # type: ignore[arg-type]


def test_the_sender_and_our_own_mailboxes_are_never_among_the_others() -> None:
    got = mail(
        to=(Address("", "Support@nordlys.example"), Address("Bo", "bo@customer.example")),
        cc=(Address("Anne", "ANNE@customer.example"), Address("Bo again", "bo@customer.example")),
    )
    assert people_beside(got, OURS) == (Address("Bo", "bo@customer.example"),)


@pytest.mark.parametrize(
    ("email", "marks"),
    [
        ("bo@customer.example", ()),
        ("lawyer@other.example", (Mark.STRANGER,)),
        ("ida@nordlys.example", (Mark.INTERNAL,)),
        ("emil@elsewhere.example", (Mark.INTERNAL,)),
        ("no-reply@customer.example", (Mark.NO_REPLY,)),
        ("users@lists.other.example", (Mark.STRANGER, Mark.LIST)),
        ("sales-list@customer.example", (Mark.LIST,)),
        ("alle@customer.example", (Mark.LIST,)),
        ("alle.hansen@customer.example", ()),
    ],
)
def test_an_address_is_marked_by_what_it_is(email: str, marks: tuple[Mark, ...]) -> None:
    assert marked(Address("", email), mail(), OURS).marks == marks


def test_two_people_at_a_public_provider_are_strangers_to_each_other() -> None:
    private = replace(mail(), sender=Address("", "anne@gmail.com"))
    assert marked(Address("", "bo@gmail.com"), private, OURS).marks == (Mark.STRANGER,)
    assert marked(Address("", "anne@gmail.com"), private, OURS).marks == ()


def test_a_public_provider_of_our_own_mailbox_makes_nobody_a_colleague() -> None:
    ours = House.of(["shop@gmail.com"])
    assert marked(Address("", "bo@gmail.com"), mail(), ours).marks == (Mark.STRANGER,)


@pytest.mark.parametrize(
    "headers",
    [
        {"list-post": ("<mailto:club@customer.example>",)},
        {"list-id": ("Our club <club.customer.example>",)},
    ],
)
def test_a_list_is_known_by_what_it_says_of_itself(headers: dict[str, tuple[str, ...]]) -> None:
    shown = marked(Address("", "club@customer.example"), mail(headers=headers), OURS)
    assert shown.marks == (Mark.LIST,)
    assert shown.warned


def test_a_reply_to_is_told_only_where_it_differs_and_is_not_ours() -> None:
    other = Address("Bo", "bo@other.example")
    assert other_reply_to(mail(reply_to=(other,)), OURS) == other
    assert other_reply_to(mail(reply_to=(Address("", "Anne@customer.example"),)), OURS) is None
    assert other_reply_to(mail(reply_to=(Address("", "support@nordlys.example"),)), OURS) is None
