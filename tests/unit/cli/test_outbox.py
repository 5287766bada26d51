"""`genklang outbox hold`: for a restore that the program cannot see."""

import json

from tests.unit.cli.conftest import Command


def test_holding_says_how_much_waited_and_the_doctor_tells_of_it(genklang: Command) -> None:
    answer = genklang("outbox", "hold")
    assert answer.code == 0
    assert answer.out.startswith("0 letters are not sent by themselves.")
    told = json.loads(genklang("doctor", "--json").out)["findings"]
    assert any("restored from a backup" in one["text"] for one in told)


def test_the_mark_lies_in_the_data_folder(genklang: Command) -> None:
    genklang("outbox", "hold")
    (mark,) = genklang.folder.rglob("handovers.mark")
    assert mark.stat().st_mode & 0o777 == 0o600
