"""One module a widget, named after it."""
