"""Order of queued jobs in which users take turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.engines.engine import Priority


@dataclass(frozen=True, slots=True)
class QueuedTurn:
    """A queued job with the properties that determine its position.

    Attributes:
        job_id: id of the job.
        person: user who requested it; jobs of unknown users, "", share one turn.
        priority: its priority.
    """

    job_id: str
    person: str
    priority: Priority


class FairOrder:
    """The order of queued jobs: rounds in which each user has one job.

    Live recordings are first, ahead of all rounds. Within a round and among the jobs of one
    user, short recordings precede long ones. A job therefore waits for at most one job of each
    other user per own job ahead of it, apart from live recordings.
    """

    def __init__(self) -> None:
        self._round = 0
        self._last_rounds: dict[str, int] = {}  # of people who had a job in the current round

    def arrange(self, queued: Iterable[QueuedTurn]) -> list[str]:
        """Return the ids of the queued jobs in the order in which they start.

        Args:
            queued: the queued jobs in the order of submission.
        """
        placed = sorted(self._with_rounds(queued), key=lambda each: each[0])
        return [turn.job_id for _, turn in placed]

    def note_start(self, started: QueuedTurn) -> None:
        """Count a started job as its owner's turn in this round, unless it is a live job."""
        if started.priority is Priority.LIVE:
            return
        number = self._next_round(started.person)
        if number > self._round:
            self._round = number
            self._last_rounds.clear()
        self._last_rounds[started.person] = number

    def _next_round(self, person: str) -> int:
        return max(self._round, self._last_rounds.get(person, -1) + 1)

    def _with_rounds(
        self, queued: Iterable[QueuedTurn]
    ) -> Iterable[tuple[tuple[int, Priority], QueuedTurn]]:
        own: defaultdict[str, list[QueuedTurn]] = defaultdict(list)
        for each in sorted(queued, key=lambda each: each.priority):
            if each.priority is Priority.LIVE:
                yield (-1, each.priority), each
            else:
                own[each.person].append(each)
        for person, turns in own.items():
            for number, each in enumerate(turns, self._next_round(person)):
                yield (number, each.priority), each
