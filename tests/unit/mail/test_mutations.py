"""Mails broken at random (from fixed seeds): each still gives a message that may be stored, or one clear refusal."""

import random
from pathlib import Path

import pytest

from agent.errors import Unreadable
from agent.mail import wire
from agent.mail.automatic import classify
from agent.mail.parse import parse, parse_briefly

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))]
PIECES = (
    b"\0", b"\xff", b"\r", b"\n", b"\n\n", b"--", b"=?utf-8?q?", b"?=", b'"', b"<", b">", b"(", b":", b";", b"=",
    b"Content-Type: multipart/mixed\n", b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n",
    b"multipart/\xc3\xa4; boundary=", b"filename*0*=a'b", "\u202e".encode(), b"\xed\xa0\x80", b"begin 644 x\n",
)  # fmt: skip


def broken(dice: random.Random) -> bytes:
    mail = bytearray(dice.choice(MAILS))
    for _ in range(dice.randint(1, 12)):
        at, chance = dice.randrange(len(mail) + 1), dice.random()
        if chance < 0.5:
            mail[at:at] = dice.choice(PIECES)
        elif chance < 0.75:
            del mail[at : at + dice.randint(1, 200)]
        else:
            start = dice.randrange(len(mail) + 1)
            mail[at:at] = mail[start : start + dice.randint(1, 300)]
    return bytes(mail)


@pytest.mark.parametrize("seed", range(8))
def test_no_broken_mail_breaks_the_reading(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        raw = broken(dice)
        try:
            message = parse(raw)
        except Unreadable:
            continue
        assert wire.decode(wire.encode(message)) == message
        assert classify(message, {"hjelp@nordvik.example"}).reason
        words = f"{message.text}{message.subject}{message.sender.name}{message.new_text}{message.hidden_text}"
        assert "\0" not in words
        words.encode("utf-8")  # lone surrogates would raise
        assert "\n" not in message.subject + message.sender.name
        assert parse_briefly(raw, "why").warnings
