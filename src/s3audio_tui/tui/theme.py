"""The app's themes: dark, light, and the terminal's own colours. Quiet, with one accent."""

from textual.theme import Theme

DARK = Theme(
    name="s3audio-dark",
    dark=True,
    primary="#5cc8b4",
    secondary="#5cc8b4",
    accent="#5cc8b4",
    foreground="#d9dce1",
    background="#131519",
    surface="#191c21",
    panel="#20242a",
    warning="#e2b05a",
    error="#ec7a70",
    success="#5cc8b4",
    variables={
        "dim": "#8a919c",
        "faint": "#6b727d",
        "line": "#2a2f37",
        "cursor-row": "#22282f",
        "cursor-row-blurred": "#1b1f24",
        "match": "#e9f7f4",
        "match-row": "#28564f",
        "border": "#3a414b",
        "border-blurred": "#2a2f37",
        "block-cursor-background": "#22282f",
        "block-cursor-foreground": "#d9dce1",
        "block-cursor-text-style": "none",
        "block-hover-background": "#1d2127",
        "input-cursor-background": "#5cc8b4",
        "input-cursor-foreground": "#131519",
        "input-selection-background": "#28564f",
        "scrollbar": "#343a44",
        "scrollbar-hover": "#4a525e",
        "scrollbar-active": "#5cc8b4",
        "scrollbar-background": "#131519",
        "scrollbar-background-hover": "#131519",
        "scrollbar-background-active": "#131519",
        "scrollbar-corner-color": "#131519",
    },
)

LIGHT = Theme(
    name="s3audio-light",
    dark=False,
    primary="#0b7566",
    secondary="#0b7566",
    accent="#0b7566",
    foreground="#23272e",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#ebe8e1",
    warning="#8f5c00",
    error="#b3372c",
    success="#0b7566",
    variables={
        "dim": "#62686f",
        "faint": "#787d84",
        "line": "#dcd8cf",
        "cursor-row": "#e6e9e4",
        "cursor-row-blurred": "#f0efea",
        "match": "#06382f",
        "match-row": "#bfe3da",
        "border": "#c5c0b5",
        "border-blurred": "#dcd8cf",
        "block-cursor-background": "#e6e9e4",
        "block-cursor-foreground": "#23272e",
        "block-cursor-text-style": "none",
        "block-hover-background": "#efede7",
        "input-cursor-background": "#0b7566",
        "input-cursor-foreground": "#fbfaf7",
        "input-selection-background": "#bfe3da",
        "scrollbar": "#cbc7bd",
        "scrollbar-hover": "#a9a59b",
        "scrollbar-active": "#0b7566",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
        "scrollbar-corner-color": "#fbfaf7",
    },
)
TERMINAL = Theme(
    name="s3audio-terminal",
    dark=True,
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_cyan",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "dim": "ansi_default",
        "faint": "ansi_bright_black",
        "line": "ansi_bright_black",
        "cursor-row": "ansi_default",
        "cursor-row-blurred": "ansi_default",
        "match": "ansi_cyan",
        "match-row": "ansi_default",
        "border": "ansi_bright_black",
        "border-blurred": "ansi_bright_black",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_cyan",
        "block-cursor-text-style": "bold",
        "block-hover-background": "ansi_default",
        "input-cursor-background": "ansi_cyan",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_cyan",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_white",
        "scrollbar-active": "ansi_cyan",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)
"""Whatever the terminal's colours are: text is its text, and the row of the cursor is reversed.

It needs no colour: without one all can still be told apart.
"""

THEMES = (DARK, LIGHT, TERMINAL)


def next_after(name: str) -> str:
    """Return the name of the theme that comes after one; after the last the first."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)]


def theme_called(name: str) -> Theme | None:
    """Return the theme that settings call `dark`, `light` or `terminal`; None for another name."""
    return next((theme for theme in THEMES if theme.name in (name, f"s3audio-{name}")), None)
