"""Benchmark of the review page with a two-hour recording, which also counts lost edits.

python -m benchmarks.review_page [--seconds 120] [--only opening,editing]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks import review_measures, review_people, review_sound, review_strings
from benchmarks.review_stage import HOP_MS, Measured, Stage, melody
from benchmarks.tables import print_table
from tests.browser.review_workspace import make_workspace
from tests.browser.running_app import RunningApp, launch_browser

NUM_SENTENCES = 3_000
PARTS: dict[str, Callable[[Stage, float], list[Measured]]] = {
    "opening": lambda stage, _: review_measures.opening(stage),
    "scrolling": lambda stage, _: review_measures.scrolling(stage),
    "editing": lambda stage, _: review_measures.editing(stage),
    "playing": lambda stage, _: review_sound.playing(stage),
    "lasso": lambda stage, _: review_measures.lasso(stage),
    "busy": lambda stage, _: review_measures.editing_while_transcribing(stage),
    "one_row": lambda stage, _: review_people.one_row(stage),
    "people": review_people.together,
    "strings": lambda stage, _: review_strings.hostile(stage),  # last: it renames the speakers
}


def main() -> None:
    """Run the chosen parts, and print a table of the measurements and their limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="that people edit together")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    chosen = parser.parse_args()
    measured = []
    with staged() as stage:
        for name in chosen.only.split(","):
            before = os.getloadavg()[0]
            measured += [(each, before) for each in PARTS[name](stage, chosen.seconds)]
    measured.append((Measured("errors in the console", (float(len(stage.errors)),), 0), 0.0))
    measured.append(
        (Measured("requests to elsewhere", (float(len(stage.foreign_requests)),), 0), 0.0)
    )
    print(f"{NUM_SENTENCES} sentences, {os.cpu_count()} processors")
    print_table(
        ["", "median", "95 %", "most", "limit of the median", "of the 95 %", "load"],
        [_line(each, load) for each, load in measured],
    )
    for each in (*stage.errors, *stage.foreign_requests):
        print(each)


@contextmanager
def staged() -> Iterator[Stage]:
    """Start the app with a two-hour recording, open it once, and yield app and browser.

    Raises:
        SystemExit: if there is no Chromium on this machine.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = make_workspace(
            Path(folder) / "workspace", num_sentences=NUM_SENTENCES, hop_ms=HOP_MS, sound_of=melody
        )
        browser = launch_browser(playwright)
        if browser is None:
            raise SystemExit("There is no Chromium on this machine.")
        app = RunningApp(made.folder, "--no-demo", "--offline")
        app.start()
        stage = Stage(browser, app, made)
        try:
            with stage.visitor() as page:
                stage.open(page)
            yield stage
        finally:
            app.stop()


def _line(measured: Measured, load: float) -> list[str]:
    values = np.array(measured.values)
    of_median = "" if measured.of_median is None else f"{measured.of_median:g}"
    return [
        measured.what,
        f"{np.median(values):.1f}",
        f"{np.percentile(values, 95):.1f}",
        f"{values.max():.1f}",
        of_median,
        f"{measured.limit:g}",
        f"{load:.1f}",
    ]


if __name__ == "__main__":
    main()
