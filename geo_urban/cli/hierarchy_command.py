"""The command that orders a user's own cities."""

# Annotations are read when the application is built, so they are not postponed here.
from typing import Annotated

import typer

from geo_urban.cli.helping import SpokenCommand
from geo_urban.cli.options import Options
from geo_urban.cli.shared_options import (
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
    Travel,
    Years,
)

__all__ = ["add_hierarchy"]


def add_hierarchy(app: typer.Typer, options: Options) -> None:
    """Add ``hierarchy``, which orders cities."""

    @app.command(
        "hierarchy",
        cls=SpokenCommand,
        help="Order your cities by size, distance and reach: rank-size rule, density, nearest larger city, and moves "
        "between tiers; write page, maps, layers and tables.",
    )
    def hierarchy(
        *,
        boundaries: Annotated[
            str, typer.Option("--boundaries", metavar="FILE", help="Polygons of the cities, one each.")
        ],
        population: Population,
        panel: Panel = "",
        population_start: PopulationStart = "",
        years: Years = "",
        output: Annotated[
            str,
            typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/hierarchy)."),
        ] = "out/hierarchy",
        code: Code = "",
        name: Name = "",
        layer: LayerName = "",
        datum: DatumName = "",
        crs: Crs = "",
        repair: Repair = False,
        group: Group = "",
        network: Travel = "straight",
        reach: Annotated[
            str,
            typer.Option(
                "--reach", metavar="NUMBER", help="How far people go: minutes on a network, km in a straight line."
            ),
        ] = "",
    ) -> int:
        from geo_urban.cli.hierarchy import HierarchyWords, hierarchy_study
        from geo_urban.cli.running import report_study

        words = HierarchyWords(
            boundaries=boundaries,
            population=population,
            panel=panel,
            population_start=population_start,
            years=years,
            code=code,
            name=name,
            layer=layer,
            datum=datum,
            crs=crs,
            repair=repair,
            group=group,
            network=network,
            reach=reach,
        )
        return report_study(hierarchy_study(words), output=output, options=options)
