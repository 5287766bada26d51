"""QR codes as SVG, drawn by segno."""

import io

import segno


def qr_svg(text: str, *, module: int = 8) -> bytes:
    """`text` as a QR code that survives a quarter of it being hidden or worn; `module` pixels a square, for print.

    Its light parts are drawn white, so that it can be read on any ground and in the dark theme.
    """
    file = io.BytesIO()
    segno.make(text, error="q", micro=False, boost_error=False).save(
        file, kind="svg", scale=module, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return file.getvalue()
