"""A program that uses a catalog hard: `python -m tests.catalog.busy FILE SEED ROUNDS`."""

import random
import sys
from pathlib import Path

from s3audio_tui.catalog.journal import Journal
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry
from s3audio_tui.catalog.search import Query, Sort, View
from tests.catalog.helpers import refresh


def main(path: Path, seed: int, rounds: int) -> None:
    """Refresh, write, remove and read, at random but for the seed."""
    random.seed(seed)
    catalog = Catalog(path)
    journal = Journal(catalog.database)
    for i in range(rounds):
        listed = [
            Entry(f"{folder}/{name:02}.wav", random.randrange(9), 1.0, f"e{i}", "STANDARD")
            for folder in "abc"
            for name in range(40)
            if random.random() < 0.7
        ]
        refresh(catalog, listed, random.choice(("", "a/", "b/")), page=25)
        own = f"own/{seed}-{i}.wav"
        catalog.put(Entry(own, 3, 1.0, "e", "STANDARD"))
        catalog.remove([random.choice(listed).key])
        action = journal.begin("delete")
        journal.add_item(action, {"key": own})
        journal.finish(action)
        view = View(catalog, "", True, Query(("0",)), Sort("size", True))
        view.window(0, 20)
        View(catalog, "", False, None).count()
    catalog.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
