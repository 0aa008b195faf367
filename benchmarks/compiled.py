"""The program as it is once installed: an installer compiles it, a checkout may never be."""

import compileall
from pathlib import Path

import s3audio_tui


def compile_program() -> None:
    """Write the bytecode of all modules, also where Python is told to write none."""
    compileall.compile_dir(Path(s3audio_tui.__file__).parent, quiet=1)
