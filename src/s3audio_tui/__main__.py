"""The program's front door. Plain help is answered before anything heavy is imported."""

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
    from s3audio_tui.cli.program import run

    return run(args)


if __name__ == "__main__":
    sys.exit(main())
