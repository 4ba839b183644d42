"""What a study on a user's own files knows of its units: they are its cities too, each with a point inside it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from geo_urban.checks import require_columns
from geo_urban.studies.provenance import file_input

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input

__all__ = ["OwnUnits", "boundaries_record", "insert_names", "read_units"]


class OwnUnits(ABC):
    """Units from the files a study names; what is measured on them is for those to say who derive from it.

    Parameters
    ----------
    study
        A study on boundaries of the user's.
    """

    unit_layer = "units"
    cautions: tuple[str, ...] = ()
    prefectures = None
    macro_region_totals = None

    def __init__(self, study: Study) -> None:
        self.study = study

    @property
    @abstractmethod
    def units(self) -> gpd.GeoDataFrame:
        """Units with geometry, named."""

    @property
    def cities(self) -> gpd.GeoDataFrame:
        """The units themselves: nothing is known that would tell cities from others."""
        return self.units

    @cached_property
    def city_points(self) -> gpd.GeoDataFrame:
        """A point inside each unit."""
        return self.units.set_geometry(self.units.geometry.representative_point())

    @property
    def unit_points(self) -> gpd.GeoDataFrame:
        """The same: cities and units are one."""
        return self.city_points

    @property
    def group(self) -> str | None:
        """The column named in the study."""
        return self.study.population.group

    def require_group(self, units: gpd.GeoDataFrame, *, argument: str) -> None:
        """Raise unless units have the column that gathers them, where the study names one.

        Parameters
        ----------
        units
            Units as read.
        argument
            Name of their file's part, for the message.

        Raises
        ------
        MissingColumnsError
            Naming the columns there are.
        """
        if self.group is not None:
            require_columns(units, [self.group], argument=argument)


def insert_names(units: gpd.GeoDataFrame) -> None:
    """Give units without names their codes as names, in place: maps and layers label a unit by its name.

    Parameters
    ----------
    units
        Units that nobody else holds.
    """
    if "name" not in units.columns:
        units.insert(0, "name", units.index.astype(str))


def read_units(study: Study) -> gpd.GeoDataFrame:
    """Return the polygons that a study names, all of them or those of its region.

    Parameters
    ----------
    study
        A study with boundaries of the user's, or with the embedded ones.

    Returns
    -------
    geopandas.GeoDataFrame
        On the index of codes.

    Raises
    ------
    InputError
        If the file cannot be used, or there is no such region.
    DataSourceError
        If it cannot be read.
    """
    chosen = study.boundaries
    if chosen.embedded:
        from geo_urban import datasets

        units = datasets.counties(source="tianditu" if chosen.source == "tianditu" else "amap")
    else:
        from geo_urban.io import read_boundaries

        units = read_boundaries(
            study.path(chosen.source),
            code=chosen.code,
            name=chosen.name,
            layer=chosen.layer,
            datum=chosen.datum,
            crs=chosen.crs,
            repair=chosen.repair,
        )
    if not study.region:
        return units
    from geo_urban import datasets

    return units[datasets.region(study.region).contains(units.index)]


def boundaries_record(study: Study) -> Input:
    """Return the record of the polygons that a study names.

    Parameters
    ----------
    study
        A study with boundaries of the user's, or with the embedded ones.

    Returns
    -------
    Input
        File or package, its hash, and what was done about the datum.

    Raises
    ------
    DataSourceError
        If the package is not installed.
    OSError
        If the file cannot be read.
    """
    chosen = study.boundaries
    if chosen.embedded:
        from geo_urban.studies.embedded import boundary_input

        return boundary_input(chosen.source)
    declared = chosen.datum
    if declared in ("gcj02", "bd09"):
        datum = f"{declared}, converted to WGS 84"
    else:
        datum = f"{declared}, kept" if declared else "unknown, taken as WGS 84"
    return file_input("boundaries", study.path(chosen.source), datum=datum)
