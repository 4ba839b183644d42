"""The command that asks of a user's own units where people leave."""

# Annotations are read when the application is built, so they are not postponed here.
from typing import Annotated

import typer

from geo_urban.cli.helping import SpokenCommand
from geo_urban.cli.options import Options
from geo_urban.cli.shared_options import Boundaries, Code, Crs, DatumName, Group, LayerName, Name, Repair, Years

__all__ = ["add_shrinkage"]


def add_shrinkage(app: typer.Typer, options: Options) -> None:
    """Add ``shrinkage``, which asks where people leave and whether loss clusters."""

    @app.command(
        "shrinkage",
        cls=SpokenCommand,
        help="Ask where people leave your units: change, types, clusters of loss with honest significance, parts of "
        "the change, and what goes with it; write page, maps, layers and tables.",
    )
    def shrinkage(
        boundaries: Boundaries,
        panel: Annotated[str, typer.Argument(help="Table with the figures: CSV, XLSX, Parquet, Stata or SPSS.")],
        *,
        start: Annotated[
            str, typer.Option("--start", metavar="COLUMN", help="Residents in the first year (default: recognised).")
        ] = "",
        end: Annotated[
            str, typer.Option("--end", metavar="COLUMN", help="Residents in the last year (default: recognised).")
        ] = "",
        years: Years = "",
        output: Annotated[
            str,
            typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/shrinkage)."),
        ] = "out/shrinkage",
        code: Code = "",
        name: Name = "",
        layer: LayerName = "",
        panel_code: Annotated[
            str, typer.Option("--panel-code", metavar="COLUMN", help="Code column of the panel.")
        ] = "",
        sheet: Annotated[str, typer.Option("--sheet", metavar="NAME", help="Sheet of the panel.")] = "",
        datum: DatumName = "",
        crs: Crs = "",
        repair: Repair = False,
        group: Group = "",
        covariates: Annotated[
            str,
            typer.Option(
                "--covariates",
                metavar="COLUMN,…",
                help="Columns that may go with change, for correlation and regression.",
            ),
        ] = "",
        dates: Annotated[
            str,
            typer.Option(
                "--dates",
                metavar="COLUMN,…",
                help="Columns of one figure at three dates or more, for moves through time.",
            ),
        ] = "",
        classes: Annotated[
            str, typer.Option("--classes", metavar="NUMBER", help="How many classes units move between (default: 5).")
        ] = "",
        changes: Annotated[
            bool, typer.Option("--changes", help="Of --dates, look at the change from date to date.")
        ] = False,
        neighbors: Annotated[
            str,
            typer.Option(
                "--neighbors",
                metavar="queen|rook|nearest|distance",
                help="Who is whose neighbor: a common point (default) or line of the border, the nearest, within a "
                "radius.",
            ),
        ] = "",
        nearest: Annotated[
            str, typer.Option("--nearest", metavar="NUMBER", help="How many nearest units are neighbors (default: 6).")
        ] = "",
        radius: Annotated[
            str, typer.Option("--radius", metavar="KM", help="Within how many km units are neighbors (default: 100).")
        ] = "",
        attach: Annotated[
            bool, typer.Option("--attach", help="Link units without neighbors, such as islands, to the nearest.")
        ] = False,
        permutations: Annotated[
            str,
            typer.Option(
                "--permutations",
                metavar="NUMBER",
                help="Random surroundings each unit is compared with (default: 99999).",
            ),
        ] = "",
        alternative: Annotated[
            str,
            typer.Option(
                "--alternative",
                metavar="two-sided|geoda|greater|less",
                help="Which tails of chance count against a find.",
            ),
        ] = "",
        fdr: Annotated[
            str,
            typer.Option("--fdr", metavar="SHARE", help="Share of false discoveries among the finds (default: 0.05)."),
        ] = "",
        seed: Annotated[str, typer.Option("--seed", metavar="NUMBER", help="What random numbers follow from.")] = "",
    ) -> int:
        from geo_urban.cli.running import report_study
        from geo_urban.cli.shrinkage import ShrinkageWords, shrinkage_study

        words = ShrinkageWords(
            boundaries=boundaries,
            panel=panel,
            panel_code=panel_code,
            sheet=sheet,
            start=start,
            end=end,
            years=years,
            code=code,
            name=name,
            layer=layer,
            datum=datum,
            crs=crs,
            repair=repair,
            group=group,
            covariates=covariates,
            dates=dates,
            classes=classes,
            changes=changes,
            neighbors=neighbors,
            nearest=nearest,
            radius_km=radius,
            attach=attach,
            permutations=permutations,
            alternative=alternative,
            fdr=fdr,
            seed=seed,
        )
        return report_study(shrinkage_study(words), output=output, options=options)
