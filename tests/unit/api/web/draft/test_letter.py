"""How drafts and mails are laid out."""

from api.web.draft.letter import (
    MarkedPiece,
    lay_out,
    mark_personal,
    mark_tokens,
    number_sources,
    paragraphs_of,
    restore_for_eyes,
    without_sentence,
)

SENTENCES = [
    {"text": "Hi Anne,", "sources": [], "supported": True},
    {"text": "Restart the app.", "sources": ["guide-2", "case-9"], "supported": True},
    {"text": "We pay the fee.", "sources": [], "supported": False},
    {"text": "It takes a minute.", "sources": ["guide-2"], "supported": True},
]
TEXT = "Hi Anne,\n\nRestart the app. We pay the fee.\n\nIt takes a minute.\nKind regards"


def test_sources_are_numbered_as_a_reader_meets_them() -> None:
    assert number_sources(SENTENCES) == {"guide-2": 1, "case-9": 2}


def test_paragraphs_hold_sentences_with_their_sources_and_what_lies_between() -> None:
    paragraphs, loose = lay_out(TEXT, SENTENCES)
    assert [["".join(p.text for p in paragraph.pieces)] for paragraph in paragraphs] == [
        ["Hi Anne,"],
        ["Restart the app. We pay the fee."],
        ["It takes a minute.\nKind regards"],
    ]
    sourced, _, unsettled = paragraphs[1].pieces
    assert sourced.refs == (1, 2)
    assert unsettled.unsettled
    assert unsettled.number == 3
    assert loose == ()


def test_an_unsettled_sentence_that_stands_nowhere_is_not_lost() -> None:
    _, loose = lay_out("Something else.", SENTENCES)
    assert [piece.text for piece in loose] == ["We pay the fee."]


def test_a_sentence_can_be_taken_out() -> None:
    left = without_sentence(TEXT, SENTENCES, 3)
    assert left == "Hi Anne,\n\nRestart the app.\n\nIt takes a minute.\nKind regards"
    assert without_sentence("Something else.", SENTENCES, 3) is None


def test_personal_details_are_marked_where_they_stand_as_whole_words() -> None:
    pieces = mark_personal(
        "Call Anne, not Annette: 12 34 56 78", {"[PERSON_1]": "Anne", "[PHONE_1]": "12 34 56 78"}
    )
    assert [(p.text, p.kind) for p in pieces if p.kind] == [("Anne", "PERSON"), ("12 34 56 78", "PHONE")]
    assert "".join(p.text for p in pieces) == "Call Anne, not Annette: 12 34 56 78"


def test_the_longer_detail_wins_and_odd_signs_are_literal() -> None:
    pieces = mark_personal("Anne Ek (jr.)", {"[PERSON_1]": "Anne Ek", "[PERSON_2]": "Anne", "[X_1]": "(jr.)"})
    assert pieces[0] == MarkedPiece("Anne Ek", "PERSON")


def test_what_the_model_saw_sets_its_placeholders_apart() -> None:
    assert mark_tokens("Hi [PERSON_1]!") == (
        MarkedPiece("Hi "),
        MarkedPiece("PERSON_1", "token"),
        MarkedPiece("!"),
    )


def test_evidence_is_shown_with_names_to_those_who_may_read_the_mail() -> None:
    assert (
        restore_for_eyes("from [PERSON_1] and [PERSON_9]", {"[PERSON_1]": "Anne"})
        == "from Anne and [PERSON_9]"
    )


def test_paragraphs_split_at_empty_lines_only() -> None:
    assert paragraphs_of("a\nb\n \n\nc\n") == ("a\nb", "c")
