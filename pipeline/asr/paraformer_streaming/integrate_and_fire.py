"""Continuous integrate-and-fire (CIF) over the windows of a stream."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_THRESHOLD = np.float32(1.0)  # of CifPredictorV2 in the model's config.yaml
TAIL_WEIGHT = np.float32(0.45)  # tail_threshold of the same: a last step with a zero row


class IntegrateAndFire:
    """The integral of the weights and the weighted sum of the rows, carried between windows.

    Both are float32: the reference accumulates in float64 on one version of numpy and in float32
    on others, and the firing rows differ between the two.
    """

    def __init__(self, dim: int) -> None:
        """Create an integrator whose sum is zero.

        Args:
            dim: width of the encoder's rows.
        """
        self.integral = np.float32(0.0)
        self._sum = np.zeros(dim, dtype=np.float32)

    def add(
        self, weights: NDArray[np.float32], rows: NDArray[np.float32]
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Add the rows of a window; yield the row number and the embedding of each token.

        Args:
            weights: (num_rows,) float32 in [0, 1), fraction of a token in each row.
            rows: (num_rows, dim) float32, the encoder's output.

        Yields:
            Row number in the window, and (dim,) float32.
        """
        for number, (weight, row) in enumerate(zip(weights, rows, strict=True)):
            if self.integral + weight < _THRESHOLD:
                self.integral += weight
                self._sum = self._sum + weight * row
                continue
            yield number, self._sum + (_THRESHOLD - self.integral) * row
            self.integral = self.integral + weight - _THRESHOLD
            self._sum = self.integral * row
