"""The store layer, over the wire to the strict server."""
