"""Natural breaks: the classes of a number whose members lie closest to their class's mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

__all__ = ["natural_tops"]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of counts, values and squares up to each distinct value, so that any run of them is summed at once."""

    counts: Numbers
    values: Numbers
    squares: Numbers

    def spread(self, starts: npt.NDArray[np.int64], end: int) -> Numbers:
        """Return the squared distances from the mean, summed over each run from a start to `end` (included)."""
        count = self.counts[end + 1] - self.counts[starts]
        value = self.values[end + 1] - self.values[starts]
        spread: Numbers = self.squares[end + 1] - self.squares[starts] - value**2 / count
        return spread


def natural_tops(values: Numbers, classes: int) -> list[float]:
    """Return the greatest value of each class but the last, for the partition with the least spread within classes.

    Parameters
    ----------
    values
        Finite numbers in any order.
    classes
        How many classes; with fewer distinct values each has its own.

    Returns
    -------
    list of float
        Values of the input, ascending.

    Notes
    -----
    Exact (Fisher 1958; Jenks 1967), no random start: equal input gives equal classes. Divide and conquer over the
    distinct values, O(classes · n log n) sums.

    References
    ----------
    Fisher, W. D. (1958): On grouping for maximum homogeneity. Journal of the American Statistical Association 53,
    789-798. https://doi.org/10.1080/01621459.1958.10501479

    Examples
    --------
    >>> natural_tops(np.array([1.0, 2, 3, 20, 21, 90]), 3)
    [3.0, 21.0]
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= classes:
        return [float(value) for value in distinct[:-1]]
    # Around the mean, so that squares of large figures lose no digits.
    centred = distinct - np.average(distinct, weights=counts)
    sums = _Sums(*(np.concatenate([[0.0], np.cumsum(counts * centred**power)]) for power in range(3)))
    first = np.zeros(1, dtype=np.int64)
    best = np.array([sums.spread(first, end)[0] for end in range(len(distinct))])
    choices = []
    for number in range(1, classes):
        best, starts = _one_more(best, sums, number)
        choices.append(starts)
    tops: list[float] = []
    end = len(distinct) - 1
    for starts in reversed(choices):
        end = int(starts[end]) - 1
        tops.insert(0, float(distinct[end]))
    return tops


def _one_more(best: Numbers, sums: _Sums, number: int) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Return the least spread with one more class for each end, and where that last class starts.

    The best start never falls when the end rises, so each half is sought beside the middle's best start only.
    """
    size = len(best)
    least, starts = np.full(size, np.inf), np.zeros(size, dtype=np.int64)
    spans = [(number, size - 1, number, size - 1)]
    while spans:
        low, high, first, last = spans.pop()
        if low > high:
            continue
        end = (low + high) // 2
        tried = np.arange(first, min(end, last) + 1)
        totals = best[tried - 1] + sums.spread(tried, end)
        chosen = int(np.argmin(totals))
        least[end], starts[end] = totals[chosen], tried[chosen]
        spans += [(low, end - 1, first, int(tried[chosen])), (end + 1, high, int(tried[chosen]), last)]
    return least, starts
