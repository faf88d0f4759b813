"""Progress display, list of failures, and summary of a batch run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # tqdm has no types

from tqdm import tqdm

from pipeline.batch.survey import Survey, weight_of
from pipeline.core.audio_track import TracksRead
from pipeline.core.progress import OnProgress, Stage, StageProgress, overall_fraction
from pipeline.formats.tables import safe_cell
from pipeline.inputs.named_input import NamedInput, printable

FAILED = "failed"
FAILED_FILE = f"{FAILED}.tsv"
LINE_EVERY_S = 30.0  # without a terminal, a log line at this interval shows that the run is active
_BAR_STEPS = 1000
_MS_PER_HOUR = 3_600_000
_MINUTE_S, _HOUR_S = 60, 3_600


@dataclass(slots=True)
class Tally:
    """Counts of processed inputs; `audio_ms` and `work_*` cover only transcribed ones."""

    done: int = 0
    skipped: int = 0
    failed: int = 0
    audio_ms: int = 0
    work_s: float = 0.0
    work_weight: int = 0
    weight: int = 0

    @property
    def num_inputs(self) -> int:
        """Number of processed inputs."""
        return self.done + self.skipped + self.failed


class BatchReport:
    """A progress display on stderr that counts results and writes a list of failures."""

    def __init__(
        self,
        survey: Survey,
        folder: Path,
        *,
        without: Collection[Stage] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock of the run and delete an earlier list of failures.

        Args:
            survey: the inputs to process.
            folder: folder for the list of failures; the list of an earlier run is deleted.
            without: stages that are skipped.
            clock: returns seconds, for the time left and the summary.
        """
        self.tally = Tally()
        self._survey = survey
        self._failed = folder / FAILED_FILE
        self._without = without
        self._clock = clock
        self._began = self._last_line = clock()
        self._failed.unlink(missing_ok=True)

    @contextmanager
    def working_on(self, each: NamedInput) -> Iterator[OnProgress]:
        """Show the progress of one input: a bar on a terminal, otherwise an occasional line."""
        self._print_occasional_line()
        with progress_bar(f"{self._place()}{each.shown}", without=self._without) as on_progress:
            yield on_progress

    @contextmanager
    def working_on_several(self) -> Iterator[Callable[[Iterable[StageProgress]], None]]:
        """Show the progress of the run; yield a callback for the progress of the current inputs."""
        with _bar(self._survey.num_inputs * _BAR_STEPS, "") as bar:

            def show(at_work: Iterable[StageProgress]) -> None:
                self._print_occasional_line()
                begun = sum(overall_fraction(each, without=self._without) for each in at_work)
                bar.set_description_str(self._place().strip(), refresh=False)
                bar.n = round(_BAR_STEPS * (self.tally.num_inputs + begun))
                bar.refresh()

            yield show

    def done(self, each: NamedInput, duration_ms: int, work_s: float) -> None:
        """Count an input as transcribed, and add its duration and processing time."""
        self.tally.done += 1
        self.tally.audio_ms += duration_ms
        self.tally.work_s += work_s
        self.tally.work_weight += weight_of(each)
        self.tally.weight += weight_of(each)

    def note_tracks(self, each: NamedInput, tracks: TracksRead) -> None:
        """Print which sound tracks were read, if the file has several."""
        if tracks.sentence:
            how = "Choose with --audio-track N, mix or auto"
            _print_line(f"note: {each.shown}: {tracks.sentence}. {how}")

    def skipped(self, each: NamedInput) -> None:
        """Count an input as skipped because an earlier run has transcribed it."""
        self.tally.skipped += 1
        self.tally.weight += weight_of(each)

    def failed(self, each: NamedInput, reason: str) -> None:
        """Count an input as failed; print it to stderr and add it to the list of failures."""
        self.tally.failed += 1
        self.tally.weight += weight_of(each)
        _print_line(f"error: {_named_reason(each.shown, reason)}")
        is_new = not self._failed.exists()
        with self._failed.open("a", encoding="utf-8", errors="replace") as file:
            if is_new:
                file.write("recording\treason\n")
            file.write(f"{safe_cell(each.shown)}\t{safe_cell(_without_name(each.shown, reason))}\n")

    def time_left_s(self) -> float | None:
        """Estimate the remaining seconds from file sizes; return None before the first result."""
        if not self.tally.work_weight:
            return None
        left = max(0, self._survey.weight - self.tally.weight)
        return self.tally.work_s * left / self.tally.work_weight

    def summary(self) -> str:
        """Return a summary of the run in two lines."""
        tally = self.tally
        not_begun = self._survey.num_inputs - tally.num_inputs
        counts = [f"{tally.done} done", f"{tally.skipped} there already", f"{tally.failed} failed"]
        counts += [f"{not_begun} not begun"] if not_begun else []
        where = f" (see {printable(str(self._failed))})" if tally.failed else ""
        hours = tally.audio_ms / _MS_PER_HOUR
        rtf = f", {1000 * tally.work_s / tally.audio_ms:.4f} of real time" if tally.audio_ms else ""
        whole = in_words(self._clock() - self._began)
        return (
            f"{', '.join(counts)}{where}\n"
            f"{hours:.2f} h of audio in {in_words(tally.work_s)}{rtf}; {whole} in all"
        )

    def _place(self) -> str:
        if self._survey.num_inputs == 1:
            return ""
        left_s = self.time_left_s()
        left = "" if left_s is None else f", {in_words(left_s)} left"
        return f"[{self.tally.num_inputs + 1} of {self._survey.num_inputs}{left}] "

    def _print_occasional_line(self) -> None:
        now = self._clock()
        if sys.stderr.isatty() or now - self._last_line < LINE_EVERY_S:
            return
        self._last_line = now
        failed = f", {self.tally.failed} failed" if self.tally.failed else ""
        left_s = self.time_left_s()
        left = "" if left_s is None else f", {in_words(left_s)} left"
        _print_line(f"{self.tally.num_inputs} of {self._survey.num_inputs}{failed}{left}")


@contextmanager
def progress_bar(name: str, *, without: Collection[Stage] = ()) -> Iterator[OnProgress]:
    """Show a progress bar on a terminal, or nothing without one."""
    with _bar(_BAR_STEPS, name) as bar:

        def show(progress: StageProgress) -> None:
            bar.set_postfix_str(progress.stage.value.replace("_", " "), refresh=False)
            bar.n = round(_BAR_STEPS * overall_fraction(progress, without=without))
            bar.refresh()

        yield show


def _bar(num_steps: int, name: str) -> Any:
    return tqdm(
        total=num_steps,
        desc=name,
        disable=not sys.stderr.isatty(),
        leave=False,
        bar_format="{desc} |{bar}| {percentage:3.0f}% {postfix} {elapsed}",
    )


def _print_line(line: str) -> None:
    """Print a line to stderr, above the progress bar if there is one."""
    with tqdm.external_write_mode(file=sys.stderr):
        print(line, file=sys.stderr)


def in_words(seconds: float) -> str:
    """Format a duration in words, with about two significant digits."""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"  # noqa: PLR2004 - two digits
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"


def _named_reason(shown: str, reason: str) -> str:
    return f"{shown}: {_without_name(shown, reason)}"


def _without_name(shown: str, reason: str) -> str:
    """Return an error message on one line, without the file name at its beginning."""
    line = printable(" ".join(reason.split()))
    for name in (shown, Path(shown).name):
        line = line.removeprefix(f"{name}: ")
    return line
