"""What a draft may lean on: the mail it answers, the sources found for it, the promised time of answer."""

import re
from functools import cached_property

from agent.drafting.draft import DraftRequest
from agent.drafting.facts import Fact, FactKind, facts_in
from agent.drafting.phrases import PhraseBook
from agent.drafting.tone import tone_of
from agent.triage.reading import LANGUAGES
from knowledge.citation import numbers
from knowledge.search import DocumentKind

_IDENTIFYING_DIGITS = 4
_ANOTHER_CUSTOMERS = {FactKind.AMOUNT, FactKind.DATE}


class Evidence:
    """The texts and numbers of one request, worked out once for all checks."""

    def __init__(self, request: DraftRequest) -> None:
        self._request = request
        documents = [match.document for match in request.matches]
        self.source_texts = {one.id: f"{one.title}\n{one.body}" for one in documents}
        self.source_languages = {one.id: one.language for one in documents}
        self._articles = "\n".join(
            self.source_texts[one.id] for one in documents if one.kind is DocumentKind.ARTICLE
        )
        self._cases = "\n".join(
            self.source_texts[one.id] for one in documents if one.kind is DocumentKind.CASE
        )
        parts = [request.subject, request.new_text, *request.history]
        self.request_text = "\n".join(part.shareable() for part in parts)

    @cached_property
    def facts(self) -> frozenset[Fact]:
        """Facts that may stand in the letter: of the mail, the sources, the case and the promised time of answer.

        Amounts and dates of a solved case are another customer's and are not among them.
        """
        request, language = self._request, self._request.reading.language.value
        known = set(facts_in("\n".join([self.request_text, request.case_number, *self._sender()]), language))
        for match in request.matches:
            texts = (self.source_texts[match.id], match.passage)
            told = set[Fact]().union(*(facts_in(text, match.document.language) for text in texts))
            is_case = match.document.kind is DocumentKind.CASE
            known |= {fact for fact in told if not (is_case and fact.kind in _ANOTHER_CUSTOMERS)}
        return frozenset(known | self._promised())

    def _promised(self) -> set[Fact]:
        """Today, and the time by which an answer is promised, however it is written."""
        moments = [self._request.now]
        if self._request.respond_by is not None:
            moments.append(self._request.respond_by.astimezone(self._request.now.tzinfo))
        values = {f"day {(moment.date() - self._request.now.date()).days}" for moment in moments}
        for moment in moments:
            values |= {f"{moment:%m-%d}", f"{moment:%H:%M}", f"weekday {moment.isoweekday()}"}
        return {Fact(FactKind.DATE, value) for value in values} | {
            Fact(FactKind.NUMBER, str(moment.year)) for moment in moments
        }

    @cached_property
    def private_numbers(self) -> tuple[str, ...]:
        """Longer numbers that only another customer's solved case knows: amounts, order numbers, accounts."""
        public = set(numbers(f"{self.request_text}\n{self._articles}"))
        return tuple(
            number
            for number in dict.fromkeys(numbers(self._cases))
            if number not in public and sum(map(str.isdigit, number)) >= _IDENTIFYING_DIGITS
        )

    def is_public(self, words: str) -> bool:
        """Whether an article or the company's own signature says `words`; the customer's mail is no source."""
        return words.strip(".,;: ").lower() in "\n".join([self._articles, *self._sender()]).lower()

    def without_known(self, text: str) -> str:
        """`text` without the codes that the customer wrote."""
        for word in set(re.findall(r"\S*\d\S*", text)):
            if word.strip(".,;:!?()") in self.request_text:
                text = text.replace(word, " ")
        return text

    def without_instant(self, text: str) -> str:
        """`text` without the promised time of answer, in the words of the local writer or in figures."""
        request, language = self._request, self._request.reading.language.value
        if request.respond_by is None:
            return text
        moment = request.respond_by.astimezone(request.now.tzinfo)
        if language in LANGUAGES:
            tone = tone_of(request.reading, request.new_text.shareable(), request.address)
            text = text.replace(PhraseBook(language, "", tone).instant(moment, request.now), " ")
        clock = rf"\b{moment.hour:02d}[.:]{moment.minute:02d}\b"
        day = rf"\b0?{moment.day}(?=\.? [^\W\d]{{3,}})|\b{moment.year}\b"
        return re.sub(f"{clock}|{day}", " ", text)

    def _sender(self) -> tuple[str, str]:
        return self._request.sender.company, self._request.sender.agent
