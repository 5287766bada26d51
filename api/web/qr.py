"""QR codes as SVG and PNG, drawn by segno."""

import io

import segno

_QUIET = 4  # modules of white around it, as the standard wants


def qr_svg(text: str, *, module: int = 8) -> bytes:
    """`text` as a QR code that survives a quarter of it being hidden or worn; `module` pixels a square, for print.

    Its light parts are drawn white, so that it can be read on any ground and in the dark theme.
    """
    file = io.BytesIO()
    _code(text).save(
        file,
        kind="svg",
        scale=module,
        border=_QUIET,
        dark="#000",
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return file.getvalue()


def qr_png(text: str, *, module: int = 16) -> bytes:
    """The same as a picture: sharp at 5 cm and 300 dots an inch."""
    file = io.BytesIO()
    _code(text).save(file, kind="png", scale=module, border=_QUIET, dark="#000", light="#fff")
    return file.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="q", micro=False, boost_error=False)
