"""A language model as the judge: the same faults as the rubric's, found by reading instead of by rules.

Its figures stand beside the rubric's and never decide anything in the product. The prompt is a versioned file like
all others (`prompts/judge`).
"""

from pydantic import BaseModel, ConfigDict, Field

from agent.drafting.answering import asks_of
from agent.drafting.draft import Draft, DraftRequest
from agent.llm.model import LanguageModel, Prompt
from agent.llm.untrusted import fence, fence_all, mark_for
from evals.scorers.judging.rubric import Fault, Verdict
from prompts.catalogue import Catalogue

_MOST_OF_A_SOURCE = 1_600


class Judgement(BaseModel):
    """What the model is asked for; each list quotes the words concerned."""

    model_config = ConfigDict(extra="ignore")

    missed_asks: list[str] = Field(default_factory=list)
    unsupported: list[str] = Field(default_factory=list)
    figures: list[str] = Field(default_factory=list)
    wrong_language: list[str] = Field(default_factory=list)
    leftovers: list[str] = Field(default_factory=list)
    mixed_address: list[str] = Field(default_factory=list)
    foreign_data: list[str] = Field(default_factory=list)
    empty_phrases: list[str] = Field(default_factory=list)

    def verdict(self, asks: int) -> Verdict:
        faults = {
            Fault.MISSED_ASK: self.missed_asks,
            Fault.UNSUPPORTED_STATEMENT: self.unsupported,
            Fault.UNSUPPORTED_FIGURE: self.figures,
            Fault.WRONG_LANGUAGE: self.wrong_language,
            Fault.LEFTOVER_PLACEHOLDER: self.leftovers,
            Fault.MIXED_ADDRESS: self.mixed_address,
            Fault.FOREIGN_DATA: self.foreign_data,
            Fault.EMPTY_PHRASES: self.empty_phrases,
        }
        found = {fault: tuple(filter(str.strip, words)) for fault, words in faults.items()}
        return Verdict(
            {fault: words for fault, words in found.items() if words},
            asks,
            max(0, asks - len(found[Fault.MISSED_ASK])),
        )


class ModelJudge:
    """Judges by asking a model. Raises `ModelUnavailable` as the model does."""

    def __init__(self, model: LanguageModel, catalogue: Catalogue) -> None:
        self._model = model
        self._catalogue = catalogue

    def judge(self, draft: Draft, request: DraftRequest) -> Verdict:
        sources = {
            f"source {match.id} ({match.document.kind})": (
                f"{match.document.title}\n{match.document.body[:_MOST_OF_A_SOURCE]}"
            )
            for match in request.matches
        }
        mail = {"subject": request.subject, "mail": request.new_text}
        mark = mark_for([*map(str, mail.values()), *sources.values(), draft.text])
        rendered = self._catalogue.render(
            "judge",
            draft.language,
            mark=mark,
            draft=fence("draft", draft.text, mark),
            sources=fence_all(sources, mark),
        )
        prompt = Prompt(rendered.id, rendered.text, mail, mark, rendered.after)
        return self._model.complete(prompt, Judgement).value.verdict(len(asks_of(request)))
