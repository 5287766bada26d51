"""A file is what its bytes say, whatever it is called."""

import struct

import pytest

from agent.mail.file_kinds import Danger, kind_of
from agent.mail.image_size import image_size


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0"


def jpeg(width: int, height: int) -> bytes:
    comment = b"\xff\xfe\x00\x06abcd"
    return b"\xff\xd8" + comment + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(12)


@pytest.mark.parametrize(
    ("content", "name", "content_type", "group", "danger"),
    [
        (png(10, 10), "screen.png", "image/png", "image", Danger.NONE),
        (jpeg(10, 10), "photo.JPG", "image/jpeg", "image", Danger.NONE),
        (b"%PDF-1.7\n", "invoice.pdf", "application/pdf", "document", Danger.NONE),
        (b"plain words\n", "log.txt", "text/plain", "text", Danger.NONE),
        ("Blåbær\n".encode(), "notes", "text/plain", "text", Danger.NONE),
        (b"MZ\x90\0", "invoice.pdf", "application/x-msdownload", "program", Danger.PROGRAM),
        (b"plain words\n", "invoice.pdf", "text/plain", "text", Danger.DISGUISED),
        (b"%PDF-1.7\n", "photo.jpg", "application/pdf", "document", Danger.DISGUISED),
        (b"#!/bin/sh\n", "readme", "text/x-shellscript", "program", Danger.PROGRAM),
        (b"echo hello", "start.bat", "text/plain", "text", Danger.PROGRAM),
        (b"echo hello", "start.bat. ", "text/plain", "text", Danger.PROGRAM),
        (b"  <svg onload=x>", "logo.png", "image/svg+xml", "program", Danger.PROGRAM),
        (b"<!DOCTYPE html>", "page", "text/html", "program", Danger.PROGRAM),
        (b"the page has <html> in it", "log.txt", "text/plain", "text", Danger.NONE),
        (
            b"PK\x03\x04" + bytes(20) + b"word/document.xml",
            "letter.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "document",
            Danger.NONE,
        ),
        (
            b"PK\x03\x04" + bytes(20) + b"word/document.xml",
            "letter.docm",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "document",
            Danger.MACROS,
        ),
        (b"PK\x03\x04" + bytes(20), "many.zip", "application/zip", "archive", Danger.UNPACKED),
        (bytes(64), "thing", "application/octet-stream", "other", Danger.NONE),
    ],
)
def test_the_kind_is_by_content(
    content: bytes, name: str, content_type: str, group: str, danger: Danger
) -> None:
    kind = kind_of(content, name)
    assert (kind.content_type, kind.group, kind.danger) == (content_type, group, danger)


def test_only_harmless_pictures_and_text_are_shown() -> None:
    assert kind_of(png(800, 600), "a.png").shown
    assert kind_of(b"words", "a.txt").shown
    assert not kind_of(b"%PDF-1.7", "a.pdf").shown
    assert not kind_of(b"<svg/>", "a.svg").shown


def test_a_picture_that_would_fill_the_memory_is_not_shown() -> None:
    assert not kind_of(png(50_000, 50_000), "bomb.png").shown


def test_a_picture_without_a_size_is_not_shown() -> None:
    assert not kind_of(b"\xff\xd8\xff\xe0", "cut.jpg").shown


def test_programs_macros_and_disguises_may_not_be_sent_and_archives_may() -> None:
    assert not kind_of(b"MZ", "a.txt").may_be_sent
    assert not kind_of(b"words", "a.pdf").may_be_sent
    assert kind_of(b"PK\x03\x04" + bytes(20), "a.zip").may_be_sent


def test_sizes_come_from_the_header() -> None:
    assert image_size(png(640, 480), "image/png") == (640, 480)
    assert image_size(jpeg(640, 480), "image/jpeg") == (640, 480)
    assert image_size(b"GIF89a" + struct.pack("<HH", 3, 4), "image/gif") == (3, 4)
    lossy = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 30, 20)
    assert image_size(lossy, "image/webp") == (30, 20)
