"""What local tests come as: measures and a category per unit, with all that they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import pandas as pd

from geo_urban.exploring import Explorable
from geo_urban.shrinkage._significance import Alternative, permutations_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.presentation import Field, Presentation
    from geo_urban.shrinkage.firmness import SensitivityResult

__all__ = ["CATEGORIES", "HOT_LEVELS", "LocalResult", "Measure"]

Measure: TypeAlias = Literal[
    "local_moran",
    "local_moran_bivariate",
    "local_getis_ord",
    "local_getis_ord_star",
    "local_geary",
    "local_join_counts",
]
"""Which local statistic a result holds."""

HOT_LEVELS = (0.01, 0.05, 0.1)
"""Levels that grade hot and cold spots."""

_MORAN = ("high-high", "low-low", "low-high", "high-low", "not significant", "isolate")
_HOT = (
    "hot 99 %",
    "hot 95 %",
    "hot 90 %",
    "not significant",
    "cold 90 %",
    "cold 95 %",
    "cold 99 %",
    "isolate",
)
CATEGORIES: dict[Measure, tuple[str, ...]] = {
    "local_moran": _MORAN,
    "local_moran_bivariate": _MORAN,
    "local_getis_ord": _HOT,
    "local_getis_ord_star": _HOT,
    "local_geary": ("high-high", "low-low", "other alike", "unlike", "not significant", "isolate"),
    "local_join_counts": ("cluster", "not significant", "not of the class", "isolate"),
}
"""Categories of each measure, in the order of a legend."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocalResult(Explorable):
    """A local statistic of each unit, and what it rests on.

    Parameters
    ----------
    units
        One row per unit with the measures: see the function that made it. `p_fdr` is p adjusted for the number of
        tests (Benjamini and Hochberg), `category` goes by p, `category_fdr` by `p_fdr`.
    measure
        Which statistic.
    label
        Name of the series that was tested.
    permutations, seed
        Number of random surroundings, and the seed that gives the same ones again.
    alternative
        Which departures p counts.
    level, fdr
        Level of `category`, and false-discovery rate of `category_fdr`.
    transformation
        How links were weighed.
    n
        Units that took part.
    isolates
        Codes of units without neighbors.
    without_value
        Number of units whose value is missing.
    """

    units: pd.DataFrame
    measure: Measure
    label: str
    permutations: int
    seed: int
    alternative: Alternative
    level: float
    fdr: float
    transformation: str
    n: int
    isolates: pd.Index
    without_value: int

    @property
    def permutations_needed(self) -> int:
        """Permutations that let a single unit pass the false-discovery rate with the smallest possible p."""
        return permutations_for(self.fdr, max(int(self.units["p"].notna().sum()), 1), self.alternative)

    def summary(self) -> pd.DataFrame:
        """Count the units of each category.

        Returns
        -------
        pandas.DataFrame
            One row per category, then ``"without value"`` and ``"total"``. Columns `units` (by p) and `units_fdr`
            (by p adjusted for the number of tests).
        """
        columns = {"units": "category", "units_fdr": "category_fdr"}
        counts = {
            name: self.units[column].value_counts().reindex(list(CATEGORIES[self.measure]), fill_value=0)
            for name, column in columns.items()
        }
        table = pd.DataFrame(counts).rename_axis("category")
        table.loc["without value"] = self.without_value
        table.loc["total"] = table.sum()
        return table

    def layers(
        self,
        *,
        source: str = "Figures given by the user.",
        extra: Sequence[Field] = (),
        firmness: SensitivityResult | None = None,
    ) -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the figures come from, in words.
        extra
            Further columns of `units` to list.
        firmness
            Of `sensitivity`, whose main setting is this test: the page then tells firm categories from others.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, coloured by the category that the false-discovery rate upholds, by the category by p,
            or by either p (the significance map); and for Moran's I a scatter of values and their surroundings.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        MissingColumnsError
            If an extra field names a column that is not there.
        InputError
            If the firmness is that of another test.
        """
        from geo_urban.shrinkage._show_local import local_presentation

        return local_presentation(self, source=source, extra=extra, firmness=firmness)
