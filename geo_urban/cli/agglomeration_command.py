"""The command on city clusters of a user's own units, and its options."""

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
    Repair,
    Travel,
    Years,
)

__all__ = ["add_agglomerations"]


def add_agglomerations(app: typer.Typer, options: Options) -> None:
    """Add ``agglomerations``, which asks where city clusters end."""

    @app.command(
        "agglomerations",
        cls=SpokenCommand,
        help="Ask where the city clusters of your units end, how firm that line is, and how far a plan agrees; write "
        "page, maps, layers and tables.",
    )
    def agglomerations(
        boundaries: Boundaries,
        *,
        population: Population,
        population_start: Annotated[
            str,
            typer.Option(
                "--population-start", metavar="COLUMN", help="Column of residents of an earlier count, for change."
            ),
        ] = "",
        years: Years = "",
        urban: Annotated[
            str,
            typer.Option("--urban", metavar="COLUMN", help="Column of urban residents (default: all residents)."),
        ] = "",
        panel: Panel = "",
        method: Annotated[
            str,
            typer.Option(
                "--method",
                metavar="functional|urban_centres|city_clusters|percolation|skater|leiden",
                help="How clusters are found (default: functional).",
            ),
        ] = "",
        cores: Annotated[
            str,
            typer.Option(
                "--cores", metavar="COLUMN", help="Column with the name of the cluster that a unit's city leads."
            ),
        ] = "",
        cities: Annotated[
            str, typer.Option("--cities", metavar="COLUMN", help="Column of the city that a unit is part of.")
        ] = "",
        regions: Annotated[
            str,
            typer.Option("--regions", metavar="COLUMN", help="Column of regions that belong to a cluster as a whole."),
        ] = "",
        reference: Annotated[
            str,
            typer.Option("--reference", metavar="COLUMN", help="Column of the cluster in a plan, to compare with."),
        ] = "",
        core_population: Annotated[
            str,
            typer.Option(
                "--core-population", metavar="NUMBER", help="Least urban residents of a core (default: 500,000)."
            ),
        ] = "",
        leading_population: Annotated[
            str,
            typer.Option(
                "--leading-population",
                metavar="NUMBER",
                help="Least urban residents of all cores of a cluster (default: 3,000,000).",
            ),
        ] = "",
        reach: Annotated[
            str,
            typer.Option(
                "--reach", metavar="NUMBER", help="How far a city of a million reaches, in minutes (default: 120)."
            ),
        ] = "",
        network: Travel = "straight",
        speed: Annotated[
            str,
            typer.Option(
                "--speed", metavar="NUMBER", help="Speed along straight lines or on a file of lines, in km/h."
            ),
        ] = "",
        sweep: Annotated[
            str,
            typer.Option("--sweep", metavar="NUMBER", help="Settings that make up the stability (default: 200)."),
        ] = "",
        output: Annotated[
            str,
            typer.Option(
                "--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/agglomerations)."
            ),
        ] = "out/agglomerations",
        code: Code = "",
        name: Name = "",
        layer: LayerName = "",
        datum: DatumName = "",
        crs: Crs = "",
        repair: Repair = False,
        group: Group = "",
    ) -> int:
        from geo_urban.cli.agglomerations import AgglomerationWords, agglomeration_study
        from geo_urban.cli.running import report_study

        words = AgglomerationWords(
            boundaries=boundaries,
            population=population,
            population_start=population_start,
            years=years,
            urban=urban,
            panel=panel,
            method=method,
            cores=cores,
            cities=cities,
            regions=regions,
            reference=reference,
            core_population=core_population,
            leading_population=leading_population,
            reach=reach,
            network=network,
            speed=speed,
            sweep=sweep,
            code=code,
            name=name,
            layer=layer,
            datum=datum,
            crs=crs,
            repair=repair,
            group=group,
        )
        return report_study(agglomeration_study(words), output=output, options=options)
