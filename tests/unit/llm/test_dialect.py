import pytest

from agent.llm.dialect import Dialect, JsonMode, simpler


@pytest.mark.parametrize(
    ("complaint", "expected"),
    [
        ("'temperature' does not support 0.0", Dialect(temperature=False)),
        ("Unknown field: max_completion_tokens", Dialect(modern_limit=False)),
        ("response_format is not supported", Dialect(json_mode=JsonMode.OBJECT)),
        ("", Dialect(json_mode=JsonMode.OBJECT)),
    ],
)
def test_what_the_server_complains_of_is_dropped(complaint: str, expected: Dialect) -> None:
    assert simpler(Dialect(), complaint) == expected


def test_any_complaint_comes_to_an_end() -> None:
    for complaint in ("temperature", "max_completion_tokens", "schema", "temperature max_completion_tokens"):
        dialect: Dialect | None = Dialect()
        for _ in range(6):
            dialect = simpler(dialect, complaint) if dialect else None
        assert dialect is None
