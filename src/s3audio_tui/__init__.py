"""s3audio: a terminal file manager for audio in Amazon S3, and its command line."""

__version__ = "0.1.0"
