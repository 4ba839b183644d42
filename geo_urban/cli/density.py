"""``geo-urban density``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.checks import nearest_name
from geo_urban.cli.own_files import BoundaryWords, boundaries_section, crs_of, given, number_of
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from geo_urban.studies import Study

__all__ = ["DensityWords", "density_study"]

QUANTITIES = ("count", "density")


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityWords(BoundaryWords):
    """What the command line says of a density study; the boundaries may be ``"amap"``.

    Parameters
    ----------
    population
        Raster, or ``"modelled"``.
    quantity
        ``"count"`` or ``"density"``.
    region
        Region to measure, where codes or units are those of China.
    land_area
        Column of land areas.
    nodata, band, variable, grid_crs, year
        Of the raster.
    threshold
        Density from which on a cell is dense.
    keep_outer_cells
        Whether people of cells that reach beyond the units are all counted in them.
    """

    population: str
    quantity: str = ""
    region: str = ""
    land_area: str = ""
    nodata: str = ""
    band: str = ""
    variable: str = ""
    grid_crs: str = ""
    year: str = ""
    threshold: str = ""
    keep_outer_cells: bool = False


def density_study(words: DensityWords) -> Study:
    """Return the study that the command line describes.

    Parameters
    ----------
    words
        What the command line says.

    Returns
    -------
    Study
        One analysis on two files; paths start from the current folder.

    Raises
    ------
    InputError
        If the quantity of a raster is missing, a number is none, or the study cannot be.
    """
    from geo_urban.studies import ANALYSES, file_name, study_from_mapping

    if words.population != "modelled" and not words.quantity:
        raise InputError(
            "`--quantity` is missing: no file says whether its cells hold people or people per km², and a wrong guess "
            "is off by the area of a cell. Add `--quantity count` or `--quantity density`."
        )
    if words.quantity and words.quantity not in QUANTITIES:
        raise InputError(
            "`{option} {value}` is not possible; there are {known}. Did you mean `{option} {near}`?",
            option="--quantity",
            value=words.quantity,
            known=" | ".join(QUANTITIES),
            near=nearest_name(words.quantity, QUANTITIES) or QUANTITIES[0],
        )
    subject = Path(words.boundaries).stem
    return study_from_mapping(
        {
            "name": file_name(f"density-{subject}"),
            "title": subject,
            "question": ANALYSES["density"].title,
            "region": words.region,
            "analyses": ["density"],
            "boundaries": boundaries_section(words),
            "population": given(group=words.group),
            "grid": _grid(words),
        },
        origin="geo-urban density",
    )


def _grid(words: DensityWords) -> dict[str, Any]:
    return given(
        source=words.population,
        quantity=words.quantity,
        nodata=number_of("--nodata", words.nodata, "-9999"),
        band=number_of("--band", words.band, "1"),
        layer=words.variable,
        crs=crs_of(words.grid_crs),
        year=number_of("--year", words.year, "2020"),
        threshold_per_km2=number_of("--threshold", words.threshold, "1500"),
        outer_cells="keep" if words.keep_outer_cells else "",
        land_area=words.land_area,
    )
