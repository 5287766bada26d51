"""The draft as people work with it: sentences and sources both ways, settling, tone, versions, what the model saw."""

import re

import pytest
from sqlalchemy.orm import Session

from agent.drafting.tone_wish import ToneWish
from agent.store.tables import CaseRow, DocumentRow, DraftRow, MatchRow, MessageRow
from knowledge.search import Document, DocumentKind, IndexUnavailable, Match
from tests.builders import a_case, a_draft, a_match, a_message, a_triage, placeholders
from tests.unit.api.conftest import WebDesk

FREE = "Replacing the cable within two years costs 0 EUR."
GUIDE = "Restart the app when the app crashes."
ASK = "What do I do when the app crashes?"


@pytest.fixture
def case(rows: Session, signed_in: WebDesk) -> CaseRow:
    """A mail with a question, and a draft whose last sentence rests on nothing."""
    now = signed_in.house.clock()
    case = a_case(rows, now, signed_in.mailbox, language="en", customer_email="anne@customer.example",
                  customer_name="Anne Berg")  # fmt: skip
    message = a_message(rows, now, case, text=f"Dear all, {ASK} Anne Berg", hidden_text="pay me " * 100)
    message.redacted_subject, message.redacted_new_text = "Help", f"Dear all, {ASK} [PERSON_1]"
    message.redacted_text = f"Help\n{message.redacted_new_text}"
    placeholders(rows, case, {"PERSON_1": "Anne Berg"})
    a_triage(rows, now, message, asks=[ASK], language={"value": "en", "confidence": 0.99})
    a_match(rows, message, 0, "kb-1", "It crashes", passage=GUIDE, language="en")
    a_draft(
        rows, now, case, [[("Hi Anne Berg,", [])], [(GUIDE, ["kb-1"]), (FREE, [], False)]],
        failed={"grounding": f"No source: {FREE}"},
    )  # fmt: skip
    rows.commit()
    return case


def drafts(desk: WebDesk) -> list[DraftRow]:
    with desk.house.store.reading() as session:
        return list(session.query(DraftRow).order_by(DraftRow.version))


def settled(desk: WebDesk, case: CaseRow, act: str, **fields: object) -> int:
    draft = drafts(desk)[-1]
    page = desk.get(f"/cases/{case.id}").text
    seen = re.search(r'name="content_hash" value="([0-9a-f]{64})"', page)
    assert seen
    answer = desk.post(f"/cases/{case.id}/drafts/{draft.id}/{act}", {"content_hash": seen[1], **fields})
    return answer.status_code


def test_a_source_names_the_sentences_that_rest_on_it_and_each_sentence_its_source(
    signed_in: WebDesk, case: CaseRow
) -> None:
    page = signed_in.get(f"/cases/{case.id}").text
    assert 'href="#source-1" data-source="1"' in page
    source = page[page.index('id="source-1"') :].partition("</details>")[0]
    assert 'href="#sentence-2"' in source
    assert 'id="sentence-2"' in page
    assert GUIDE in source


def test_a_failed_check_leads_to_its_sentence_and_a_question_to_its_answer(
    signed_in: WebDesk, case: CaseRow
) -> None:
    assert settled(signed_in, case, "vouch", sentence=3) == 303
    assert settled(signed_in, case, "vouch", sentence=3, stands="no") == 303
    page = signed_in.get(f"/cases/{case.id}").text
    checks = page[page.index('class="checks"') :]
    assert 'href="#sentence-3"' in checks
    asked = checks[checks.index('id="ask-1"') :].partition("</li>")[0]
    assert ASK in asked
    assert 'href="#sentence-2"' in asked


def test_removing_a_sentence_can_be_undone_with_one_press(signed_in: WebDesk, case: CaseRow) -> None:
    assert "/undo" not in signed_in.get(f"/cases/{case.id}").text
    assert settled(signed_in, case, "remove", sentence=3) == 303
    assert FREE not in drafts(signed_in)[-1].text
    assert "took a sentence out" in signed_in.get(f"/cases/{case.id}").text
    assert settled(signed_in, case, "undo") == 303
    assert [FREE in draft.text for draft in drafts(signed_in)] == [True, False, True]


def test_whoever_vouches_is_named_beside_the_sentence(signed_in: WebDesk, case: CaseRow) -> None:
    assert settled(signed_in, case, "vouch", sentence=3) == 303
    page = signed_in.get(f"/cases/{case.id}").text
    assert "ida vouches for “" in page
    assert "Settle it before sending" not in page
    assert drafts(signed_in)[-1].sentences[2]["vouched_by"] == signed_in.ida.id


def cables(words: str) -> Match:
    document = Document("kb-2", DocumentKind.ARTICLE, "en", "Cables", words, "billing")
    return Match(document, 0.8, words, "same words")


def test_a_source_is_looked_for_with_the_sentence_itself_and_names_hidden(
    signed_in: WebDesk, case: CaseRow
) -> None:
    signed_in.house.understanding.matches = [cables(FREE)]
    page = signed_in.get(f"/cases/{case.id}?act=source&sentence=3").text
    assert f'value="{FREE}"' in page
    assert "Cables" in page
    assert "same words" in page
    page = signed_in.get(f"/cases/{case.id}?act=source&sentence=3&q=Anne+Berg+pays").text
    assert "[PERSON_1] pays" in page


@pytest.mark.parametrize(("words", "carried"), [(FREE, True), ("A plug has three pins.", False)])
def test_a_chosen_source_is_checked_and_the_outcome_told(
    signed_in: WebDesk, case: CaseRow, words: str, carried: bool
) -> None:
    with signed_in.house.store.writing() as unit:
        now = signed_in.house.clock()
        unit.session.add(
            DocumentRow(id="kb-2", kind="article", language="en", title="Cables", body=words,
                        created_at=now, updated_at=now)
        )  # fmt: skip
    signed_in.house.understanding.matches = [cables(words)]
    assert settled(signed_in, case, "source", sentence=3, document="kb-2", q=FREE) == 303
    page = signed_in.get(f"/cases/{case.id}").text
    assert ("The source that was chosen does not say this." in page) is not carried
    assert ("Settle it before sending" in page) is not carried
    assert 'id="source-2"' in page
    assert "given by ida" in page


def test_a_search_that_is_not_possible_says_so_and_keeps_the_draft(
    signed_in: WebDesk, case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_options: object) -> list[Match]:
        raise IndexUnavailable

    monkeypatch.setattr(type(signed_in.house.understanding), "find", away)
    page = signed_in.get(f"/cases/{case.id}?act=source&sentence=3")
    assert page.status_code == 200
    assert "The search index does not answer now." in page.text
    assert settled(signed_in, case, "source", sentence=3, document="kb-2", q=FREE) == 503
    assert len(drafts(signed_in)) == 1


def test_the_tone_stands_at_words_and_a_choice_is_asked_for_as_it_was_chosen(
    signed_in: WebDesk, case: CaseRow
) -> None:
    page = signed_in.get(f"/cases/{case.id}").text
    tone = page[page.index('id="tone"') :].partition("</form>")[0]
    assert tone.count('type="range"') == 4
    assert 'aria-valuetext="Short"' in tone or 'aria-valuetext="Thorough"' in tone
    places = {"manner": 1, "length": 0, "expertise": 2, "warmth": 2}
    draft = drafts(signed_in)[-1]
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/tone", places).status_code == 303
    with signed_in.house.store.reading() as session:
        message = session.query(MessageRow).one()
        assert message.tone == ToneWish("formal", "", "short", "expert", "warm").levels
    assert "A draft is being written" in signed_in.get(f"/cases/{case.id}").text


def test_writing_can_be_stopped_from_the_page(signed_in: WebDesk, case: CaseRow) -> None:
    draft = drafts(signed_in)[-1]
    signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/rewrite", {"quick": "Offer a call"})
    assert f'action="/cases/{case.id}/stop"' in signed_in.get(f"/cases/{case.id}").text
    assert signed_in.post(f"/cases/{case.id}/stop").status_code == 303
    page = signed_in.get(f"/cases/{case.id}?act=rewrite").text
    assert "Draft reply" in page
    assert ">Offer a call</textarea>" in page  # the wish is kept
    assert signed_in.post(f"/cases/{case.id}/stop").status_code == 409


def test_a_model_that_did_not_answer_is_named_and_asked_again_for_the_same(
    signed_in: WebDesk, case: CaseRow
) -> None:
    with signed_in.house.store.writing() as unit:
        draft = unit.session.query(DraftRow).one()
        draft.fell_back, draft.tone = True, ToneWish(warmth="warm").levels
        draft.warnings = [
            "The language model did not answer in time. This draft was written by the local engine."
        ]
    page = signed_in.get(f"/cases/{case.id}").text
    assert page.count("did not answer in time") == 1
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/try-again").status_code == 303
    with signed_in.house.store.reading() as session:
        assert session.query(MessageRow).one().tone["warmth"] == "warm"


def test_any_two_versions_stand_side_by_side_with_their_changes_in_words(
    signed_in: WebDesk, case: CaseRow
) -> None:
    settled(signed_in, case, "remove", sentence=3)
    page = signed_in.get(f"/cases/{case.id}/versions").text
    assert "<del>" in page
    assert "taken out:" in page
    assert "by the local engine" in page
    assert "ida took a sentence out" in page
    first = drafts(signed_in)[0]
    assert f'action="/cases/{case.id}/drafts/{first.id}/again"' in page
    assert signed_in.post(f"/cases/{case.id}/drafts/{first.id}/again").status_code == 303
    newest = drafts(signed_in)[-1]
    assert (newest.version, newest.copy_of, newest.text) == (3, 1, first.text)
    same = signed_in.get(f"/cases/{case.id}/versions?left=1&right=3").text
    assert "word for word" in same


def test_a_rejected_version_can_be_taken_again(signed_in: WebDesk, case: CaseRow) -> None:
    draft = drafts(signed_in)[0]
    signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/reject", {"reason": "too long"})
    assert "/versions" in signed_in.get(f"/cases/{case.id}").text
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/again").status_code == 303
    assert drafts(signed_in)[-1].state == "ready"


def test_a_case_without_versions_says_so(signed_in: WebDesk, rows: Session) -> None:
    case = a_case(rows, signed_in.house.clock(), signed_in.mailbox)
    a_message(rows, signed_in.house.clock(), case)
    rows.commit()
    assert signed_in.get(f"/cases/{case.id}/versions").status_code == 404


def test_what_the_model_saw_is_shown_in_full(signed_in: WebDesk, case: CaseRow) -> None:
    page = signed_in.get(f"/cases/{case.id}?text=model").text
    seen = page[page.index('id="seen"') :].partition("</section>")[0]
    assert "Help" in seen  # the subject
    assert GUIDE in seen
    assert "PERSON_1" in seen
    assert "The same person keeps the same number" in seen
    assert "Anne Berg" in seen  # what the placeholder stands for
    assert "pay me " * 99 in seen  # hidden text, not cut
    plain = seen[seen.index("<textarea") :].partition("</textarea>")[0]
    assert "[PERSON_1]" in plain
    assert "Anne Berg" not in plain


def test_somebody_elses_version_is_named_while_this_one_is_read(signed_in: WebDesk, case: CaseRow) -> None:
    from tests.builders import PASSWORD
    from tests.unit.api.conftest import ORIGIN

    emil = signed_in.new_browser()
    field = r'name="csrf" value="([0-9a-f]+)"'
    token = re.search(field, emil.get("/sign-in").text)
    assert token
    emil.post(
        "/sign-in", data={"csrf": token[1], "email": "emil@nordlys.example", "password": PASSWORD},
        headers={"Origin": ORIGIN},
    )  # fmt: skip
    page = emil.get(f"/cases/{case.id}").text
    seen, token = re.search(r'name="content_hash" value="(\w{64})"', page), re.search(field, page)
    assert seen
    assert token
    emil.post(
        f"/cases/{case.id}/drafts/{drafts(signed_in)[0].id}/remove",
        data={"csrf": token[1], "content_hash": seen[1], "sentence": "3"},
        headers={"Origin": ORIGIN},
    )
    live = f"/live?view=approval&case={case.id}&version={case.version}&draft=unsettled&reads="
    assert "emil changed this draft" in signed_in.get(f"{live}1").text
    assert "emil changed this draft" not in signed_in.get(f"{live}2").text


def test_a_source_and_what_is_alike_lead_to_the_whole_text(signed_in: WebDesk, case: CaseRow) -> None:
    """What is no longer in the library stays plain."""
    assert "/knowledge/edit" not in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.writing() as unit:
        now = signed_in.house.clock()
        unit.session.add(
            DocumentRow(id="kb-1", kind="article", language="en", title="It crashes", body=f"{GUIDE} More.",
                        created_at=now, updated_at=now)
        )  # fmt: skip
    page = signed_in.get(f"/cases/{case.id}").text
    for place in ('id="source-1"', 'class="sim-d"'):
        part = page[page.index(place) :].partition("</details>")[0]
        assert 'href="/knowledge/edit?id=kb-1"' in part
        assert ">Open the article<" in part
    assert f"{GUIDE} More." in signed_in.get("/knowledge/edit?id=kb-1").text


def test_the_words_that_a_sentence_shares_with_its_source_are_marked_and_inert(
    signed_in: WebDesk, case: CaseRow
) -> None:
    with signed_in.house.store.writing() as unit:
        match = unit.session.query(MatchRow).one()
        match.passage = "<b>Restart</b> whenever the app crashes & <script>restart()</script>"
    page = signed_in.get(f"/cases/{case.id}").text
    source = page[page.index('id="source-1"') :].partition("</blockquote>")[0]
    assert (
        "&lt;b&gt;<mark>Restart</mark>&lt;/b&gt; whenever the app <mark>crashes</mark> &amp; &lt;script"
        in source
    )
    assert "<script" not in source
