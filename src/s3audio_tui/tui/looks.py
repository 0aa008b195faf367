"""How the line under a cursor looks: another background, or where there are no shades reversed."""

from collections.abc import Mapping

from rich.style import Style


def under_cursor(styles: Mapping[str, Style], looks: Style) -> dict[str, Style]:
    """Return the styles of a line as the cursor's `looks` change them.

    A reversed line is plain text in one colour: each piece for itself would be a block.
    """
    if looks.reverse:
        bold = {name: Style(bold=style.bold) for name, style in styles.items()}
        return {name: styles["text"] + bold[name] + Style(reverse=True) for name in styles}
    return {name: style + Style(bgcolor=looks.bgcolor) for name, style in styles.items()}
