"""The styles of dialogs. The first frame does without them; they are read right behind it."""

from pathlib import Path

from textual.css.stylesheet import Stylesheet

DIALOGS = Path(__file__).with_name("dialogs.tcss")


def read_ahead(stylesheet: Stylesheet) -> None:
    """Read them before they are needed: the first dialog would have all styles read once more."""
    if not stylesheet.has_source(str(DIALOGS)):
        stylesheet.read(DIALOGS)
        stylesheet.parse()
