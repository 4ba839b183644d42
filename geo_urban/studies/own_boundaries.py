"""A study that needs nothing but units from a user's own file, and a population grid."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.studies.own_units import OwnUnits, boundaries_record, insert_names, read_units

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.studies.provenance import Input
    from geo_urban.studies.steps import Need

__all__ = ["OwnBoundaries"]


class OwnBoundaries(OwnUnits):
    """Units from the file a study names, without figures: a population grid counts their people.

    Parameters
    ----------
    study
        A study that names boundaries and a grid, and no panel.
    """

    city_base = ""

    @property
    def provides(self) -> frozenset[Need]:
        """What the study names beside its units: a grid, a network, neighbors."""
        named: dict[Need, object] = {
            "grid": self.study.grid,
            "network": self.study.network,
            "neighbors": self.study.border,
        }
        return frozenset(need for need, section in named.items() if section is not None)

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Every unit of the file, or of the study's region."""
        units = read_units(self.study)
        self.require_group(units, argument="boundaries")
        insert_names(units)
        return units

    @property
    def source(self) -> str:
        """The file's name."""
        return self.study.path(self.study.boundaries.source).name

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The file."""
        return (boundaries_record(self.study),)

    @property
    def not_joined(self) -> pd.DataFrame:
        """Nobody: there is nothing to join but the grid."""
        from geo_urban.io.join import not_joined_rows

        return not_joined_rows(pd.Index([]), None, side="boundaries", reason="")
