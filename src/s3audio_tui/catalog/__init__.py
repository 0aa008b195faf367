"""What this machine remembers of a library, in SQLite. Disposable: S3 has the truth."""
