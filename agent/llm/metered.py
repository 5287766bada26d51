"""Counts what a language model costs, whoever asks it."""

import threading

from agent.llm.model import Answer, Completion, LanguageModel, Prompt


class MeteredModel:
    """A `LanguageModel` that adds up the tokens of its answers. Safe to share between threads."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._lock = threading.Lock()
        self.tokens = 0

    def complete(self, prompt: Prompt, shape: type[Answer]) -> Completion[Answer]:
        completion = self._model.complete(prompt, shape)
        with self._lock:
            self.tokens += completion.tokens_in + completion.tokens_out
        return completion
