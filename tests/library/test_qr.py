"""QR codes: both ways of drawing one show the same modules."""

import segno

from s3audio_tui.library.qr import qr_code, small_qr_code

URL = "https://takes.s3.eu-central-1.amazonaws.com/07-bridge.wav?X-Amz-Signature=" + "0f" * 140


def _halves(lines: list[str]) -> list[list[bool]]:
    """Return which modules are light."""
    rows = []
    for line in lines:
        rows += [[char in "█▀" for char in line], [char in "█▄" for char in line]]
    return rows


def _sextants(lines: list[str]) -> list[list[bool]]:
    """Return the same, by the names that Unicode gives these characters."""
    import unicodedata

    whole = {"█": "123456", "▌": "135", "▐": "246", " ": ""}
    rows = []
    for line in lines:
        parts = [whole.get(c) or unicodedata.name(c, "-").rpartition("-")[2] for c in line]
        for y in range(3):
            rows.append([str(2 * y + x + 1) in part for part in parts for x in range(2)])
    return rows


def test_both_show_the_code() -> None:
    wanted = [[not dark for dark in row] for row in segno.make_qr(URL, error="l").matrix]
    size = len(wanted)
    for found, border in ((_halves(qr_code(URL)), 2), (_sextants(small_qr_code(URL)), 1)):
        inside = [row[border : border + size] for row in found[border : border + size]]
        assert inside == wanted
        assert all(found[0][: size + 2 * border])


def test_a_usual_link_fits_a_small_terminal() -> None:
    lines = small_qr_code(URL)
    assert len(lines) <= 24 and len(lines[0]) <= 80
