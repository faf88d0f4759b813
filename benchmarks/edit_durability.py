"""Durability test that counts acknowledged edits lost when writer processes are killed at random.

python -m benchmarks.edit_durability [--kills 200]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.killed_writers import kill_writers
from benchmarks.tables import print_table


def main() -> int:
    """Kill writers and print the outcome; return exit code 1 after a lost edit or failed check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_writers(Path(folder), num_kills=chosen.kills, seed=chosen.seed)
    print_table(
        ["kills", "acknowledged", "lost", "saved unheard", "verify failures"],
        [
            [
                f"{outcome.num_kills}",
                f"{outcome.num_acknowledged}",
                f"{len(outcome.lost)}",
                f"{outcome.num_unheard}",
                f"{len(outcome.failures)}",
            ]
        ],
    )
    return 1 if outcome.lost or outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
