"""The program's front door. Plain help, and the app, come before the command line is loaded."""

import gc
import os
import sys


def main() -> int:
    """Run the command line on this process's arguments; return the exit code."""
    args = sys.argv[1:]
    if len(args) == 1:
        from s3audio_tui import __version__
        from s3audio_tui.cli import index, pipes

        page = index.answer(args[0], __version__)
        if page is not None:
            return pipes.write_page(page)
    if not args and "_S3AUDIO_COMPLETE" not in os.environ:
        gc.disable()  # until the first frame: what is loaded for it stays, and looking costs 20 ms
        from s3audio_tui.cli.ending import run_to_end
        from s3audio_tui.cli.opening import open_settled

        return run_to_end(open_settled)
    from s3audio_tui.cli.program import run

    return run(args)


if __name__ == "__main__":
    sys.exit(main())
