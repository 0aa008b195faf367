"""One function an intention, told from top to bottom: ask, do off the loop, tell."""
