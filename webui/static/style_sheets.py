"""Style sheets of the page, joined from the files of `assets/web/styles` in a fixed order."""

from __future__ import annotations

from webui.static.assets import WEB_ASSETS
from webui.static.responsive_scale import scaled_css

# A rule wins over an equally specific rule of an earlier file: the order is part of the design.
_STUDIO = (
    "base",
    "pages/masthead",
    "components/claims",
    "pages/navigation",
    "pages/training_data",
    "pages/models",
    "pages/library",
    "components/dialog",
    "pages/workspace",
    "components/job_panel",
    "components/transcript_head",
    "components/menu",
    "components/player",
    "components/speaker_chip",
    "components/rows",
    "gradio",
)
_REVIEW = (
    "review/editor",
    "review/controls",
    "review/row_list",
    "review/typing",
    "review/side_panels",
    "review/speaker_panel",
    "review/history_panel",
    "review/popover",
    "review/flag_comment",
    "review/find_replace",
    "review/unsaved_text",
    "review/key_help",
    "review/speaker_map",
    "review/proposal",
    "review/conflicts",
    "review/review_figures",
    "components/import",
    "review/editor_width",
    "review/read_only",
    "review/live_transcript",
)
_SERVED = {"studio.css": _STUDIO, "shared.css": ("shared",)}  # on the page of a shared transcript
SERVED_SHEETS = frozenset(_SERVED)


def page_css() -> str:
    """Return the style sheet of the app's page."""
    return _joined((*_STUDIO, *_REVIEW))


def served_sheet(name: str) -> str:
    """Return the content of the style sheet with this name, one of SERVED_SHEETS."""
    return _joined(_SERVED[name])


def _joined(names: tuple[str, ...]) -> str:
    folder = WEB_ASSETS / "styles"
    return scaled_css("\n".join((folder / f"{name}.css").read_text("utf-8") for name in names))
