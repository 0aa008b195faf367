"""A stand-in for Amazon S3: moto's server behind a layer that refuses what AWS refuses."""
