"""What sound libraries print by themselves, kept off the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder


@contextmanager
def quiet_libraries(runtime: Runtime) -> Iterator[None]:
    """Send file descriptor 2 into the log for a block; our own words still reach the terminal."""
    from s3audio_tui.logs.stderr import kept_apart

    output = runtime.output
    before = output.stderr
    with kept_apart(log_folder(runtime.environ)) as apart:
        output.stderr = apart
        try:
            yield
        finally:
            output.stderr = before
