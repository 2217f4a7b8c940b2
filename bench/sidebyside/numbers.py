"""A measured number, and what it is to reach."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Number:
    """`ratio` is ours / the original's, `bound` ours alone; which side is the good one is said by `more`."""

    name: str
    value: float | None
    digits: int = 1
    more: bool = False
    ratio: float | None = None
    bound: float | None = None


class Row:
    """One number over all rounds and both servers."""

    def __init__(self, original, ours):
        self.number = ours[0]
        self.original = [n.value for n in original if n.value is not None]
        self.ours = [n.value for n in ours if n.value is not None]

    def ratio(self):
        if not self.original or not self.ours:
            return None
        return statistics.median(self.ours) / max(statistics.median(self.original), 1e-9)

    def target(self):
        sign = "≥" if self.number.more else "≤"
        if self.number.ratio is not None:
            return f"{sign} {self.number.ratio:g} ×"
        if self.number.bound is not None:
            return f"{sign} {self.number.bound:,g}"
        return ""

    def reached(self):
        """None where nothing is to be reached, or nothing was measured."""
        if self.number.ratio is not None:
            have, want = self.ratio(), self.number.ratio
        else:
            have, want = statistics.median(self.ours) if self.ours else None, self.number.bound
        if have is None or want is None:
            return None
        return have >= want if self.number.more else have <= want


def spread(values, digits):
    """Median and, with more than one round, the extremes."""
    if not values:
        return "–"
    text = f"{statistics.median(values):,.{digits}f}"
    return text if len(values) == 1 else f"{text} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def rows_of(by_kind):
    """The rows of a cell, from the lists of numbers of each round of both servers."""
    original, ours = by_kind["original"], by_kind["ours"]
    return [Row([r[i] for r in original], [r[i] for r in ours]) for i in range(len(ours[0]))]
