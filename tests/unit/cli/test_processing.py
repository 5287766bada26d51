"""`genklang process`: outcomes in the order of the mails, and one bad mail stops nobody."""

import time
from typing import Any

from agent.cli.processing import in_order


def test_outcomes_keep_the_order_of_the_mails() -> None:
    def analyse(raw: bytes, source: str) -> dict[str, Any]:
        time.sleep(0.05 if raw == b"slow" else 0)
        return {"source": source}

    mails = [(b"slow" if number % 3 == 0 else b"fast", str(number)) for number in range(30)]
    assert [outcome["source"] for outcome in in_order(analyse, mails)] == [
        str(number) for number in range(30)
    ]


def test_a_mail_that_breaks_the_analysis_becomes_an_error_without_its_words() -> None:
    def analyse(raw: bytes, source: str) -> dict[str, Any]:
        if raw == b"secret words":
            raise RuntimeError(raw.decode())
        return {"source": source}

    broken, fine = in_order(analyse, [(b"secret words", "a"), (b"", "b")])
    assert broken["source"] == "a"
    assert "secret" not in broken["error"]
    assert fine == {"source": "b"}


def test_a_line_without_a_mail_becomes_an_error() -> None:
    [outcome] = in_order(lambda _raw, source: {"source": source}, [(None, "x:3")])
    assert outcome["source"] == "x:3"
    assert outcome["error"]


def test_mails_are_not_all_read_ahead() -> None:
    taken = 0

    def mails() -> Any:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield b"", str(number)

    outcomes = in_order(lambda _raw, source: {"source": source}, mails())
    next(outcomes)
    assert taken < 20
