"""Sound: formats and what a file's header says. Knows no network and no screen."""
