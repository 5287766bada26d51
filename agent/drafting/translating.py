"""A mail or a draft in another language, by a language model, for the eyes of colleagues alone.

Redacted text goes in and comes out. A translation that loses, bends or invents a placeholder is asked for once more,
and given up then: a name in the wrong place would mislead whoever decides by it.
"""

from collections import Counter

from babel import Locale
from pydantic import BaseModel, ConfigDict

from agent.drafting.translation import MOST, Translation
from agent.llm.commands import find_commands
from agent.llm.model import Completion, LanguageModel, ModelUnavailable, Prompt
from agent.llm.untrusted import mark_for
from agent.privacy.placeholders import NEARLY
from agent.privacy.redaction import RedactedText
from prompts.catalogue import Catalogue


class TranslationAnswer(BaseModel):
    """What the model is asked for; explained in `prompts/translate`."""

    model_config = ConfigDict(extra="ignore")

    paragraphs: list[str]


class ModelTranslator:
    """A `Translator` over a language model. A mail that gives orders is not shown to it."""

    def __init__(self, model: LanguageModel, catalogue: Catalogue, *, company: str) -> None:
        self._model = model
        self._catalogue = catalogue
        self._company = company

    def translate(self, text: RedactedText, *, source: str, target: str) -> Translation:
        text = text[:MOST]
        if find_commands(text.shareable()):
            raise ModelUnavailable(
                "The mail tries to command the agent; the language model was not shown it.",
                code="translate.commands",
                remedy="Ask a colleague who reads the language.",
            )
        prompt, first = self._ask(text, source, target, ())
        faults = faults_of(text.shareable(), first.value)
        answer, spent = first, (first.tokens_in, first.tokens_out)
        if faults:
            prompt, answer = self._ask(text, source, target, faults)
            spent = (spent[0] + answer.tokens_in, spent[1] + answer.tokens_out)
            if faults_of(text.shareable(), answer.value):
                raise ModelUnavailable(
                    "The language model twice lost a name or number of the text.",
                    code="translate.placeholders",
                    remedy="Use a stronger model, or ask a colleague who reads the language.",
                )
        return Translation(_text(answer.value), answer.model, prompt.id, *spent)

    def _ask(
        self, text: RedactedText, source: str, target: str, faults: tuple[str, ...]
    ) -> tuple[Prompt, Completion[TranslationAnswer]]:
        data = {"text": text}
        mark = mark_for([text.shareable()])
        rendered = self._catalogue.render(
            "translate",
            target,
            mark=mark,
            company=self._company,
            source=_named(source, target),
            placeholders=", ".join(sorted(set(NEARLY.findall(text.shareable())))),
            faults="\n".join(f"- {fault}" for fault in faults),
        )
        prompt = Prompt(rendered.id, rendered.text, data, mark, rendered.after)
        return prompt, self._model.complete(prompt, TranslationAnswer)


def faults_of(source: str, answer: TranslationAnswer) -> tuple[str, ...]:
    """What is wrong with a translation: nothing said, or placeholders that are not those of the text."""
    text = _text(answer)
    if not text and source.strip():
        return ("The translation is empty.",)
    wanted, found = Counter(NEARLY.findall(source)), Counter(NEARLY.findall(text))
    missing = [f"{token} is missing." for token in wanted if token not in found]
    strange = [f"{token} does not stand in the text." for token in found if token not in wanted]
    return (*missing, *strange)


def _text(answer: TranslationAnswer) -> str:
    return "\n\n".join(part.strip() for part in answer.paragraphs if part.strip())


def _named(source: str, target: str) -> str:
    """The language in words of the target: »dansk«. One that nobody knows stays a code."""
    try:
        return Locale.parse(source).get_display_name(target) or source
    except ValueError:
        return source
