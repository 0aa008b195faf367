"""The two forms of these tests: the short one of `make test`, the long one of `make torture`."""

import os

LONG = os.environ.get("S3AUDIO_TORTURE") == "1"
