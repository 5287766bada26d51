"""What a draft may lean on: the mail it answers, the sources found for it, the promised time of answer."""

import re
from functools import cached_property

from agent.drafting.draft import DraftRequest
from agent.drafting.phrases import PhraseBook
from agent.drafting.tone import tone_of
from agent.triage.reading import LANGUAGES
from knowledge.citation import numbers
from knowledge.search import DocumentKind

_IDENTIFYING_DIGITS = 4


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
    def numbers(self) -> frozenset[str]:
        """Numbers that may stand in the letter: those of the mail, of all sources, of the case."""
        texts = [self.request_text, *self.source_texts.values(), self._request.case_number, *self._sender()]
        return frozenset(number for text in texts for number in numbers(text))

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
            tone = tone_of(request.reading, request.new_text.shareable())
            text = text.replace(PhraseBook(language, "", tone).instant(moment, request.now), " ")
        clock = rf"\b{moment.hour:02d}[.:]{moment.minute:02d}\b"
        day = rf"\b0?{moment.day}(?=\.? [^\W\d]{{3,}})|\b{moment.year}\b"
        return re.sub(f"{clock}|{day}", " ", text)

    def _sender(self) -> tuple[str, str]:
        return self._request.sender.company, self._request.sender.agent
