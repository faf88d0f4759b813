"""Words of the glossary in live recordings."""

from __future__ import annotations

from pipeline.core.options import PipelineOptions
from storage.library.runs import get_run
from webui.live.messages import LiveChoices
from webui.services.access import Visitor
from webui.services.container import Services


def hotwords_of(services: Services, visitor: Visitor) -> tuple[str, ...]:
    """Begin a live recording; return the hotwords of its run."""
    recording, _ = services.live.begin(LiveChoices(hotwords="魔搭"), visitor)
    with services._database.reading() as db:
        run = get_run(db, recording.record.run_id)
    return PipelineOptions.from_text(run.options).asr.hotwords


def test_a_live_recording_favours_the_words_of_the_glossary(services: Services) -> None:
    services.glossary.add("玄戒", person="ann")
    services.glossary.add("张晓彤", person="ann")
    services.glossary.use("张晓彤", is_on=False)

    assert hotwords_of(services, Visitor()) == ("魔搭", "玄戒")
    assert hotwords_of(services, Visitor(owner="0" * 32)) == ("魔搭",)
