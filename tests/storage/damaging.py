"""Ways to damage a database file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PAGE_BYTES = 4_096


def overwrite_leaf_of(path: Path, table: str, *, number: int = 0) -> None:
    """Overwrite one page with rows of a table, like a failing disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((leaf_pages(path, table)[number] - 1) * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)


def leaf_pages(path: Path, table: str) -> list[int]:
    """Return the pages with rows of a table, read from the file itself (SQLite's format 1.6)."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", [table]
        ).fetchone()
    return _leaves_below(path.read_bytes(), root)


def _leaves_below(content: bytes, page: int) -> list[int]:
    start = (page - 1) * PAGE_BYTES
    header = start + (100 if page == 1 else 0)
    if content[header] == 13:
        return [page]
    assert content[header] == 5
    num_cells = int.from_bytes(content[header + 3 : header + 5], "big")
    cells = [
        int.from_bytes(content[header + 12 + 2 * each :][:2], "big") for each in range(num_cells)
    ]
    children = [int.from_bytes(content[start + cell :][:4], "big") for cell in cells]
    children.append(int.from_bytes(content[header + 8 : header + 12], "big"))
    return [leaf for child in children for leaf in _leaves_below(content, child)]
