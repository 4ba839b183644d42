"""The command that measures from a population grid how densely people live in a user's own units."""

# Annotations are read when the application is built, so they are not postponed here.
from typing import Annotated

import typer

from geo_urban.cli.helping import SpokenCommand
from geo_urban.cli.options import Options
from geo_urban.cli.shared_options import Code, Crs, DatumName, Group, LayerName, Name, Repair

__all__ = ["add_density"]


def add_density(app: typer.Typer, options: Options) -> None:
    """Add ``density``, which joins a population grid and boundaries."""

    @app.command(
        "density",
        cls=SpokenCommand,
        help="Measure from a population grid how densely people live in your units; "
        "write page, map, layer, tables and raster.",
    )
    def density(
        *,
        boundaries: Annotated[
            str,
            typer.Option(
                "--boundaries",
                metavar="FILE",
                help="Polygons: GeoPackage, FileGDB, Shapefile, GeoJSON …, or amap for the default counties of China.",
            ),
        ],
        population: Annotated[
            str,
            typer.Option(
                "--population",
                metavar="FILE",
                help="Population grid: GeoTIFF, NetCDF, Zarr …, a URL, or modelled for the default grid of China.",
            ),
        ],
        quantity: Annotated[
            str,
            typer.Option(
                "--quantity",
                metavar="count|density",
                help="What a cell holds: count (people) or density (people per km²).",
            ),
        ] = "",
        output: Annotated[
            str, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/density).")
        ] = "out/density",
        code: Code = "",
        name: Name = "",
        layer: LayerName = "",
        datum: DatumName = "",
        crs: Crs = "",
        repair: Repair = False,
        region: Annotated[
            str,
            typer.Option(
                "--region",
                metavar="NAME",
                help="Region of an analysis: province, prefecture or group, by name or code.",
            ),
        ] = "",
        group: Group = "",
        land_area: Annotated[
            str,
            typer.Option(
                "--land-area", metavar="COLUMN", help="Column of land areas in km², for people per km² of land."
            ),
        ] = "",
        nodata: Annotated[
            str,
            typer.Option(
                "--nodata", metavar="NUMBER", help="Number that marks missing cells, where the raster does not say it."
            ),
        ] = "",
        band: Annotated[
            str, typer.Option("--band", metavar="NUMBER", help="Band of a raster with several, counted from 1.")
        ] = "",
        variable: Annotated[
            str, typer.Option("--variable", metavar="NAME", help="Variable of a raster with several.")
        ] = "",
        grid_crs: Annotated[
            str, typer.Option("--grid-crs", metavar="EPSG", help="CRS of a raster that does not say it.")
        ] = "",
        year: Annotated[str, typer.Option("--year", metavar="YEAR", help="Year of the grid's figures.")] = "",
        threshold: Annotated[
            str,
            typer.Option(
                "--threshold", metavar="NUMBER", help="Density from which on a cell counts as dense, per km²."
            ),
        ] = "",
        keep_outer_cells: Annotated[
            bool,
            typer.Option(
                "--keep-outer-cells",
                help="Count all people of cells that reach beyond the units (sea, abroad) inside them.",
            ),
        ] = False,
    ) -> int:
        from geo_urban.cli.density import DensityWords, density_study
        from geo_urban.cli.running import report_study

        words = DensityWords(
            boundaries=boundaries,
            population=population,
            quantity=quantity,
            code=code,
            name=name,
            layer=layer,
            datum=datum,
            crs=crs,
            repair=repair,
            region=region,
            group=group,
            land_area=land_area,
            nodata=nodata,
            band=band,
            variable=variable,
            grid_crs=grid_crs,
            year=year,
            threshold=threshold,
            keep_outer_cells=keep_outer_cells,
        )
        return report_study(density_study(words), output=output, options=options)
