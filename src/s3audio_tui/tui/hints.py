"""What dialogs say below their fields: keys and what they do; what is wrong, and what may help."""

from textual.content import Content

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe


def keys(*pairs: tuple[str, str], gap: int = 3) -> Content:
    """Return keys and what they do, on one line, as the footer writes them."""
    each = [Content.assemble((key, "$accent"), (f" {does}", "$dim")) for key, does in pairs]
    return Content(" " * gap).join(each)


def wrong(sentence: str, remedy: str = "") -> Content:
    """Return what is wrong, marked as such; a remedy stands behind it."""
    return Content.assemble(
        (f"✗ {safe(sentence)}", "$error"), (f"  {safe(remedy)}" if remedy else "", "$dim")
    )


def error_line(error: S3AudioError) -> Content:
    """Return an error as a line: what is wrong, and its remedy."""
    return wrong(error.message, error.remedy)
