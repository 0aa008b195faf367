"""The app, tried with keys and pictures."""
