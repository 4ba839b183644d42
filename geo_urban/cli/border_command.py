"""The command that asks where a user's own units meet the countries around, and what their border towns form."""

# Annotations are read when the application is built, so they are not postponed here.
from typing import Annotated

import typer

from geo_urban.cli.helping import SpokenCommand
from geo_urban.cli.options import Options
from geo_urban.cli.shared_options import (
    Boundaries,
    Code,
    Crs,
    DatumName,
    Group,
    LayerName,
    Name,
    Panel,
    Population,
    PopulationStart,
    Repair,
    Years,
)

__all__ = ["add_border"]


def add_border(app: typer.Typer, options: Options) -> None:
    """Add ``border``, which finds a land border, the units along it, its towns and corridors."""

    @app.command(
        "border",
        cls=SpokenCommand,
        help="Find where your units meet the countries around: length by neighbor, border units and their depth; with "
        "ports and a network also towns, corridors and catchments; write page, maps, layers and tables.",
    )
    def border(
        boundaries: Boundaries,
        neighbors: Annotated[str, typer.Argument(help="File with the polygons of the countries around.")],
        *,
        output: Annotated[
            str, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/border).")
        ] = "out/border",
        code: Code = "",
        name: Name = "",
        layer: LayerName = "",
        datum: DatumName = "",
        crs: Crs = "",
        repair: Repair = False,
        group: Group = "",
        neighbors_code: Annotated[
            str, typer.Option("--neighbors-code", metavar="COLUMN", help="Code column of the countries around.")
        ] = "",
        neighbors_layer: Annotated[
            str, typer.Option("--neighbors-layer", metavar="NAME", help="Layer of the countries around.")
        ] = "",
        ports: Annotated[
            str,
            typer.Option("--ports", metavar="FILE", help="Ports of entry: named points, or a table with lon and lat."),
        ] = "",
        centres: Annotated[
            str,
            typer.Option("--centres", metavar="FILE", help="Larger cities inland, to which ports lead: named points."),
        ] = "",
        network: Annotated[
            str,
            typer.Option("--network", metavar="FILE|roads", help="What people travel on; without it no corridors."),
        ] = "",
        speed: Annotated[
            str, typer.Option("--speed", metavar="KMH", help="One speed for all streets of a file of lines.")
        ] = "",
        panel: Panel = "",
        population: Population = "",
        population_start: PopulationStart = "",
        years: Years = "",
        min_border: Annotated[
            str, typer.Option("--min-border", metavar="KM", help="Least border that makes a border unit (default: 1).")
        ] = "",
        max_gap: Annotated[
            str,
            typer.Option(
                "--max-gap", metavar="KM", help="How far units and neighbors may lie apart (default: 0, one coverage)."
            ),
        ] = "",
        depth: Annotated[
            str, typer.Option("--depth", metavar="KM,KM,…", help="Limits of bands of depth (default: 25,50,100).")
        ] = "",
        width: Annotated[
            str, typer.Option("--width", metavar="KM", help="Width of the strip around a corridor (default: 50).")
        ] = "",
        town_gap: Annotated[
            str, typer.Option("--town-gap", metavar="KM", help="Towns farther apart leave a gap (default: 200).")
        ] = "",
    ) -> int:
        from geo_urban.cli.border import BorderWords, border_study
        from geo_urban.cli.running import report_study

        words = BorderWords(
            boundaries=boundaries,
            neighbors=neighbors,
            neighbors_code=neighbors_code,
            neighbors_layer=neighbors_layer,
            ports=ports,
            centres=centres,
            network=network,
            speed=speed,
            panel=panel,
            population=population,
            population_start=population_start,
            years=years,
            code=code,
            name=name,
            layer=layer,
            datum=datum,
            crs=crs,
            repair=repair,
            group=group,
            min_border=min_border,
            max_gap=max_gap,
            depth=depth,
            width=width,
            town_gap=town_gap,
        )
        return report_study(border_study(words), output=output, options=options)
