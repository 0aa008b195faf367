"""Some rows and a line below them at the foot of a terminal, drawn anew in place."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from s3audio_tui.cli.output import Output
from s3audio_tui.text import safe

Show = Callable[[str, Sequence[str]], None]
"""Takes the line, and the program's own rows above it, which are narrower than the terminal."""


@contextmanager
def rows(output: Output) -> Iterator[Show]:
    """Yield what shows a line and rows above it, where progress may be drawn, until the end."""
    if not output.progress:
        yield lambda line, above: None
        return

    def show(line: str, above: Sequence[str]) -> None:
        drawn = "".join(f"{row}\x1b[K\n" for row in above)
        # Whatever interrupts it finds the cursor where all of it begins
        back = f"\x1b[{len(above)}A" if above else ""
        output.stderr.write(f"\r{drawn}{safe(line)}\x1b[J\r{back}")
        output.stderr.flush()

    output.has_line = True
    try:
        yield show
    finally:
        output.has_line = False
        output.stderr.write("\r\x1b[J")
        output.stderr.flush()
