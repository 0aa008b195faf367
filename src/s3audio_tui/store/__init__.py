"""S3: objects, listings, transfers. Knows no sound and no screen. Keys are full bucket keys."""
