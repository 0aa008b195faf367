"""The tables of a catalog. A change here needs another `VERSION`; older files are then rebuilt.

`objects` has one row a file, in key order. Each index but `by_folder` has all that a search asks of
a row, so that a sorted and filtered list is read from one index alone: to look at the row itself
takes 20 times as long. They are made when the first refresh ends: made before, they would cost a
fivefold write of every page.
"""

APPLICATION_ID = 0x73336175
VERSION = 2

TABLES = """
CREATE TABLE objects (
    key TEXT PRIMARY KEY,
    folded TEXT,            -- NULL where LIKE on the key does as well
    name_at INTEGER NOT NULL,  -- where the name begins in what LIKE looks at, counted from 1
    folder INTEGER NOT NULL,
    size INTEGER NOT NULL,
    modified REAL NOT NULL,
    format TEXT,
    duration REAL,
    rate INTEGER,
    channels INTEGER,
    etag TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    codec TEXT,
    bits INTEGER,
    header INTEGER NOT NULL DEFAULT 0,  -- 1: read, 2: cannot be read, 3: length guessed, 4: counted
    touched_at REAL         -- when this program wrote it; NULL: known from a list
) WITHOUT ROWID;
CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    parent TEXT,            -- NULL for the root alone
    own_files INTEGER NOT NULL DEFAULT 0,
    own_bytes INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    markers INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX by_parent ON folders (parent, path);
INSERT INTO folders (path) VALUES ('');
CREATE TABLE markers (path TEXT PRIMARY KEY, touched_at REAL) WITHOUT ROWID;
CREATE TABLE removals (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (names INTEGER NOT NULL, sounds INTEGER NOT NULL);
INSERT INTO changes VALUES (0, 0);
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    pid INTEGER NOT NULL,
    program TEXT            -- the sign of who runs it; NULL: an older version did
);
CREATE TABLE action_items (
    id INTEGER PRIMARY KEY,
    action INTEGER NOT NULL,
    item TEXT NOT NULL
);
CREATE INDEX by_action ON action_items (action, id);
CREATE INDEX by_folder ON objects (folder, key COLLATE NOCASE, key);
"""

LATER = """
CREATE TABLE IF NOT EXISTS unfinished (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    program TEXT NOT NULL,
    what TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS copies (
    upload_id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    program TEXT NOT NULL,
    what TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS peaks (
    key TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    at REAL NOT NULL,
    size INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS peaks_by_age ON peaks (at, key, size);
CREATE TABLE IF NOT EXISTS glances (
    key TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    data BLOB NOT NULL
) WITHOUT ROWID
"""
"""What came after files of this version were made: added to them when they are opened."""

ADDED = (("actions", "program", "TEXT"),)
"""Columns that came so: the table, the name, the type. An older version takes no notice of them."""

INDEXED = ("size", "modified", "format", "duration", "rate", "channels")
"""The columns that have an index for sorting, named by_ and the column."""

_ASKED = ("folded", "name_at", "folder", *INDEXED, "bits")

INDEXES = tuple(
    f"CREATE INDEX IF NOT EXISTS by_{column} ON objects"
    f" ({column}, key, {', '.join(name for name in _ASKED if name != column)})"
    for column in INDEXED
)
