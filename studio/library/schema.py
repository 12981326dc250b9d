"""The tables of the index, as the list of steps that lead to them."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # AUTOINCREMENT: the order of pictures is their sequence, never the clock, and no number is used twice.
        "CREATE TABLE pictures (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
        "path TEXT NOT NULL, created TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, "
        "missing INTEGER NOT NULL DEFAULT 0, recipe TEXT NOT NULL, text TEXT NOT NULL)",
        "CREATE TABLE parents (child TEXT NOT NULL REFERENCES pictures (id) ON DELETE CASCADE, "
        "position INTEGER NOT NULL, parent TEXT NOT NULL, PRIMARY KEY (child, position))",
        "CREATE INDEX parents_by_parent ON parents (parent)",
    ),
    ("ALTER TABLE pictures ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0",),
    # Words in lists, such as those of a blend, were not found before. The function is `index`'s own.
    ("UPDATE pictures SET text = searchable(recipe)",),
)
"""Step n leads from `user_version` n to n + 1. Steps are only ever added."""

VERSION = len(MIGRATIONS)
