"""``geo-urban density``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.checks import nearest_name
from geo_urban.cli.running import report_run
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from geo_urban.cli.options import Options
    from geo_urban.studies import Study

__all__ = ["DensityWords", "density_study", "measure_and_report"]

QUANTITIES = ("count", "density")


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityWords:
    """What the command line says of a density study; texts as they were typed, empty where nothing was.

    Parameters
    ----------
    boundaries, population
        File of polygons, and raster; or ``"amap"`` and ``"modelled"``.
    quantity
        ``"count"`` or ``"density"``.
    code, name, layer, datum, crs, repair
        Of the boundaries, as in a study file.
    region
        Region to measure, where codes or units are those of China.
    group
        Column that gathers units.
    land_area
        Column of land areas.
    nodata, band, variable, grid_crs, year
        Of the raster.
    threshold
        Density from which on a cell is dense.
    keep_outer_cells
        Whether people of cells that reach beyond the units are all counted in them.
    """

    boundaries: str
    population: str
    quantity: str = ""
    code: str = ""
    name: str = ""
    layer: str = ""
    datum: str = ""
    crs: str = ""
    repair: bool = False
    region: str = ""
    group: str = ""
    land_area: str = ""
    nodata: str = ""
    band: str = ""
    variable: str = ""
    grid_crs: str = ""
    year: str = ""
    threshold: str = ""
    keep_outer_cells: bool = False


def measure_and_report(words: DensityWords, *, output: str, options: Options) -> int:
    """Measure densities and print where the result is.

    Parameters
    ----------
    words
        What the command line says.
    output
        Folder for the result.
    options
        Options of every command.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If a file cannot be used.
    """
    from geo_urban.studies import run_study

    study = density_study(words)
    report_run(run_study(study, output=output, language=options.language, figures=options.figures))
    return 0


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
            "boundaries": _boundaries(words),
            "population": _given(group=words.group),
            "grid": _grid(words),
        },
        origin="geo-urban density",
    )


def _boundaries(words: DensityWords) -> dict[str, Any]:
    given = _given(
        source=words.boundaries,
        code=words.code,
        name=words.name,
        layer=words.layer,
        datum=words.datum,
        crs=_crs(words.crs),
    )
    return {**given, "repair": words.repair}


def _grid(words: DensityWords) -> dict[str, Any]:
    return _given(
        source=words.population,
        quantity=words.quantity,
        nodata=_number("--nodata", words.nodata, "-9999"),
        band=_number("--band", words.band, "1"),
        layer=words.variable,
        crs=_crs(words.grid_crs),
        year=_number("--year", words.year, "2020"),
        threshold_per_km2=_number("--threshold", words.threshold, "1500"),
        outer_cells="keep" if words.keep_outer_cells else "",
        land_area=words.land_area,
    )


def _given(**settings: Any) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value not in ("", None)}


def _crs(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _number(option: str, text: str, example: str) -> float | int | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(
            "`{option} {value}` is no number. Give one, e.g. `{option} {example}`.",
            option=option,
            value=text,
            example=example,
        ) from error
    return int(value) if value.is_integer() else value
