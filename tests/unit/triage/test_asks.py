"""Questions and requests, in order, in the sender's own words."""

from agent.triage.asks import MAX_ASKS, find


def test_questions_and_requests_in_order() -> None:
    text = "Hej\n\nPumpen lækker. Hvornår kommer I? Send venligst en pris.\n\nHilsen Bo"
    assert find(text, "da") == ("Hvornår kommer I?", "Send venligst en pris.")


def test_the_points_of_an_announced_list_are_asks() -> None:
    text = "Vi behöver:\n- en ny pump\n- ett datum\n\nPumpen köptes i maj."
    assert find(text, "sv") == ("en ny pump", "ett datum")


def test_a_list_of_facts_is_none() -> None:
    assert find("- slept badly\n- pump is loud", "en") == ()


def test_a_verb_in_the_middle_is_no_request() -> None:
    assert find("Since Monday we cannot send a single letter.", "en") == ()
    assert find("Hold the delivery, and send a new date.", "en") == (
        "Hold the delivery, and send a new date.",
    )


def test_courtesy_is_no_request() -> None:
    assert find("Der Lüfter ist laut. Danke im Voraus für Ihre Hilfe.", "de") == ()


def test_a_german_request_without_question_mark() -> None:
    assert find("Der Lüfter ist laut. Bitte rufen Sie mich an.", "de") == ("Bitte rufen Sie mich an.",)


def test_a_flood_of_questions_is_capped() -> None:
    assert len(find("\n".join(f"Question {n}?" for n in range(50)), "en")) == MAX_ASKS
