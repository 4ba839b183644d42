"""Options that the commands on a user's own files share."""

# Annotations are read when the application is built, so they are not postponed here.
from typing import Annotated, TypeAlias

import typer

__all__ = [
    "Boundaries",
    "Code",
    "Crs",
    "DatumName",
    "Group",
    "LayerName",
    "Name",
    "Panel",
    "Population",
    "PopulationStart",
    "Repair",
    "Travel",
    "Years",
]

Boundaries: TypeAlias = Annotated[
    str, typer.Argument(help="File with the polygons: GeoPackage, FileGDB, Shapefile, GeoJSON …")
]
Code: TypeAlias = Annotated[str, typer.Option("--code", metavar="COLUMN", help="Code column of the boundaries.")]
Name: TypeAlias = Annotated[str, typer.Option("--name", metavar="COLUMN", help="Name column of the boundaries.")]
LayerName: TypeAlias = Annotated[str, typer.Option("--layer", metavar="NAME", help="Layer of the boundaries.")]
DatumName: TypeAlias = Annotated[
    str, typer.Option("--datum", metavar="NAME", help="Datum of the boundaries: wgs84, cgcs2000, gcj02 or bd09.")
]
Crs: TypeAlias = Annotated[str, typer.Option("--crs", metavar="EPSG", help="CRS of boundaries that do not say it.")]
Repair: TypeAlias = Annotated[bool, typer.Option("--repair", help="Repair polygons that cross themselves.")]
Group: TypeAlias = Annotated[
    str, typer.Option("--group", metavar="COLUMN", help="Column that gathers units for totals, e.g. the province.")
]
Panel: TypeAlias = Annotated[
    str,
    typer.Option("--panel", metavar="FILE", help="Table with residents; by default the boundaries' own columns."),
]
Population: TypeAlias = Annotated[
    str, typer.Option("--population", metavar="COLUMN", help="Column of residents, of the last count.")
]
PopulationStart: TypeAlias = Annotated[
    str,
    typer.Option("--population-start", metavar="COLUMN", help="Column of residents of an earlier count, for moves."),
]
Years: TypeAlias = Annotated[
    str, typer.Option("--years", metavar="FIRST,LAST", help="Years of both counts, e.g. 2010,2020.")
]
Travel: TypeAlias = Annotated[
    str,
    typer.Option(
        "--network",
        metavar="FILE|roads|straight",
        help="What people travel on: a file of streets, roads (the main roads of China), or straight lines.",
    ),
]
