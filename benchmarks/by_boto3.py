"""boto3 as most scripts use it: `python benchmarks/by_boto3.py up|down|list FOLDER PREFIX`."""

import sys
from pathlib import Path

import boto3

from transfer_peers import BUCKET


def main() -> None:
    """Send a folder, fill one, or print the keys below a prefix."""
    verb, folder, prefix = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    client = boto3.client("s3")
    if verb == "up":
        for path in sorted(folder.iterdir()):
            client.upload_file(str(path), BUCKET, prefix + path.name)
        return
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        for found in page.get("Contents", []):
            if verb == "list":
                print(found["Key"])
            else:
                name = found["Key"].removeprefix(prefix)
                client.download_file(BUCKET, found["Key"], str(folder / name))


if __name__ == "__main__":
    main()
