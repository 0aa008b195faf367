"""A local S3 server filled with sounds that the program makes itself."""
