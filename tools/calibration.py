"""Logistic models of error probabilities, evaluated by leaving groups out, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

EDGES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)  # of the groups in a picture
_SIZE, _MARGIN = 320, 40

Floats = NDArray[np.float64]


def fitted(features: Floats, is_wrong: NDArray[np.bool_]) -> Floats:
    """Return intercept and weights of a logistic model."""
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features, is_wrong)
    return np.concatenate([model.intercept_, model.coef_[0]])


def judged(features: Floats, weights: Floats) -> Floats:
    """Return the error probabilities by the model with the given intercept and weights."""
    doubts: Floats = 1.0 / (1.0 + np.exp(-(weights[0] + features @ weights[1:])))
    return doubts


def judged_left_out(
    features: Floats, is_wrong: NDArray[np.bool_], groups: NDArray[np.str_]
) -> Floats:
    """Return error probabilities of each group by a model fitted to the other groups."""
    doubts = np.zeros(len(is_wrong))
    for group in dict.fromkeys(groups):
        others = groups != group
        doubts[~others] = judged(features[~others], fitted(features[others], is_wrong[others]))
    return doubts


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a picture: error probabilities of things, and whether they are wrong."""

    name: str
    colour: str
    doubts: Floats
    is_wrong: NDArray[np.bool_]


def calibration_picture(series: Sequence[Series], things: str) -> str:
    """Return an SVG plot: share of wrong things by estimated probability.

    Args:
        series: lines of the picture.
        things: what is estimated, in the plural.
    """
    side = _SIZE - 2 * _MARGIN
    axis = f"M{_MARGIN} {_MARGIN}V{_SIZE - _MARGIN}H{_SIZE - _MARGIN}"
    diagonal = f"M{_MARGIN} {_SIZE - _MARGIN}L{_SIZE - _MARGIN} {_MARGIN}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE + 24}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{_SIZE}" height="{_SIZE + 24}" fill="#fff"/>',
        f'<path d="{axis}" fill="none" stroke="#333"/>',
        f'<path d="{diagonal}" stroke="#999" stroke-dasharray="4"/>',
        f'<text x="{_SIZE / 2}" y="{_SIZE - 12}" text-anchor="middle">doubt</text>',
        f'<text x="{_MARGIN}" y="{_MARGIN - 12}">share of wrong {things}</text>',
    ]
    for row, each in enumerate(series):
        colour = each.colour
        points = [
            (_MARGIN + side * mean, _SIZE - _MARGIN - side * share) for mean, share in _groups(each)
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = _SIZE + 2 + 14 * row
        parts.append(f'<text x="{_MARGIN}" y="{y}" fill="{colour}">{each.name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _groups(series: Series) -> Iterator[tuple[float, float]]:
    """Yield mean doubt and share of wrong ones of each group that is not empty."""
    numbers = np.digitize(series.doubts, EDGES[1:-1])
    for number in range(len(EDGES) - 1):
        inside = numbers == number
        if inside.any():
            yield float(series.doubts[inside].mean()), float(series.is_wrong[inside].mean())
