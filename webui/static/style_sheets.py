"""Style sheets of the page: files of `assets/web/styles`, joined in order and scaled."""

from __future__ import annotations

import re

from webui.static.assets import WEB_ASSETS

# Sheets with rules for the root, the body or Gradio's own elements. All others are nested in
# `:root body`: Gradio resets buttons by a class and an attribute (`.gradio… [type=button]`),
# and a rule with one class must win over that.
_GLOBAL = frozenset({"tokens", "gradio", "pages/frame", "pages/new_recording", "report"})
# A rule wins over an equally specific rule of an earlier file: the order is part of the design.
_STUDIO = (
    "tokens",
    "base",
    "pages/training_data",
    "pages/models",
    "pages/work",
    "pages/words",
    "pages/library",
    "components/dialog",
    "pages/workspace",
    "components/job_panel",
    "components/menu",
    "components/segments",
    "components/unsent_files",
    "components/player",
    "components/speaker_chip",
    "components/speaker_digit",
    "components/action_menu",
    "gradio",
    "pages/frame",
    "pages/sidebar",
    "pages/bars",
    "pages/new_recording",
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
    "review/comparison",
    "components/import",
    "components/tokens",
    "review/read_only",
    "review/live_transcript",
    "live",
)
_SYSTEM_THEME = "system_theme"  # the tokens in the theme of the system
_FONT_FACE = re.compile(r"@font-face \{.*?\n\}\n", re.DOTALL)
_SERVED = {
    "page.css": (*_STUDIO, *_REVIEW),  # the app's page
    "studio.css": _STUDIO,  # the page of a shared transcript, with the next
    "shared.css": (_SYSTEM_THEME, "shared"),
    "report.css": ("tokens", "report"),
}
SERVED_SHEETS = frozenset(_SERVED)
DRAWN_FOR_PX = 2_400  # screen width of the design; wider screens scale up
LARGEST = 1.6  # maximum factor, reached at 3840 pixels
_ROOT = f":root {{ --ss-px: clamp(1px, calc(100vw / {DRAWN_FOR_PX}), {LARGEST}px); }}\n"
_HAIRLINE_PX = 4  # shorter lengths are lines and gaps, which do not grow
_CONDITION = re.compile(r"(@media[^{]*)")
_LENGTH = re.compile(r"(?<![\w.#-])(\d+(?:\.\d+)?)px\b")


def served_sheet(name: str) -> str:
    """Return the content of the style sheet with this name, one of SERVED_SHEETS."""
    return _joined(_SERVED[name])


def system_theme() -> str:
    """Return the design tokens, without fonts, in the colour theme of the reader's system.

    They are used by pages without a choice of the theme.
    """
    tokens = _FONT_FACE.sub("", _text("tokens"))
    light, _, dark = tokens.rpartition("\n.dark {")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n:root {{{dark}}}\n"


def _joined(names: tuple[str, ...]) -> str:
    return scaled_css("\n".join(map(_sheet, names)))


def _sheet(name: str) -> str:
    if name == _SYSTEM_THEME:
        return system_theme()
    css = _text(name)
    return css if name in _GLOBAL else f":root body {{\n{css}}}\n"


def _text(name: str) -> str:
    return (WEB_ASSETS / "styles" / f"{name}.css").read_text("utf-8")


def scaled_css(css: str) -> str:
    """Rewrite a style sheet so that its lengths grow above a screen width of DRAWN_FOR_PX."""
    parts = _CONDITION.split(css)  # odd parts are media conditions, which stay as they are
    return _ROOT + "".join(part if i % 2 else scaled(part) for i, part in enumerate(parts))


def scaled(lengths: str) -> str:
    """Rewrite CSS lengths such as "14px" so that they grow on wide screens."""
    return _LENGTH.sub(_grow, lengths)


def _grow(length: re.Match[str]) -> str:
    if float(length[1]) < _HAIRLINE_PX:
        return length[0]
    return f"calc({length[1]} * var(--ss-px))"
