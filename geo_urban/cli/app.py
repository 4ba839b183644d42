"""The commands and their options; what each does is in a module of its own."""

# Annotations are read when the application is built, so they are not postponed here.
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.main import get_command

from geo_urban import __version__
from geo_urban.cli.agglomeration_command import add_agglomerations
from geo_urban.cli.border_command import add_border
from geo_urban.cli.console import say
from geo_urban.cli.density_command import add_density
from geo_urban.cli.helping import SpokenCommand, SpokenGroup, worded
from geo_urban.cli.hierarchy_command import add_hierarchy
from geo_urban.cli.options import Options
from geo_urban.cli.shrinkage_command import add_shrinkage

__all__ = ["application", "run_command"]

PROGRAM = "geo-urban"
# What typer calls a fault of the command line, wherever its own or click's class lives.
CommandLineError: Any = typer.BadParameter.__mro__[1]


def run_command(words: Sequence[str], options: Options) -> int:
    """Run the command that `words` name.

    Parameters
    ----------
    words
        Words after the program's name, without the options of every command.
    options
        Those options.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        If the command line has a fault.
    """
    command = get_command(application(options))
    try:
        code = command.main(args=list(words) or ["--help"], prog_name=PROGRAM, standalone_mode=False)
    except CommandLineError as error:
        raise worded(error) from error
    return int(code or 0)


def application(options: Options) -> typer.Typer:
    """Return the command-line application.

    Parameters
    ----------
    options
        Options of every command.

    Returns
    -------
    typer.Typer
        With every command.
    """
    app = typer.Typer(
        cls=SpokenGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Where people live, leave and gather: from boundaries and census figures to maps, layer files and tables.",
    )
    _add_root(app)
    _add_run(app, options)
    add_density(app, options)
    add_hierarchy(app, options)
    add_shrinkage(app, options)
    add_border(app, options)
    add_agglomerations(app, options)
    _add_files(app)
    _add_machine(app)
    return app


def _add_root(app: typer.Typer) -> None:
    @app.callback()
    def root(
        *,
        version: Annotated[
            bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_version)
        ] = False,
        lang: Annotated[
            str,
            typer.Option(
                "--lang", metavar="en|zh", help="Language of help, messages and results; works after any command."
            ),
        ] = "",
        figures: Annotated[
            str,
            typer.Option(
                "--figures", metavar="persons|wan", help="Show people one by one or in tens of thousands (万人)."
            ),
        ] = "",
        debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    ) -> None:
        # These are taken out of the line before it gets here; they stand here for the help page.
        del version, lang, figures, debug


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        say(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _add_run(app: typer.Typer, options: Options) -> None:
    @app.command(
        "run",
        cls=SpokenCommand,
        help="Run a study, or one analysis on the default data; write page, maps, layers and tables.",
    )
    def run(
        what: Annotated[
            str,
            typer.Argument(
                metavar="NAME|FILE",
                help="A study (northeast), a study file, an analysis (change), or a part (shrinkage).",
            ),
        ],
        *,
        region: Annotated[
            str,
            typer.Option(
                "--region",
                metavar="NAME",
                help="Region of an analysis: province, prefecture or group, by name or code.",
            ),
        ] = "",
        output: Annotated[
            str, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result (default: out/NAME).")
        ] = "",
    ) -> int:
        from geo_urban.cli.running import run_and_report

        return run_and_report(what, region=region, output=output, options=options)

    @app.command("validate", cls=SpokenCommand, help="Check a study file and the files it names, without running it.")
    def validate(
        what: Annotated[str, typer.Argument(metavar="FILE", help="A study file, or the name of a study.")],
    ) -> int:
        from geo_urban.cli.running import validate_and_report

        return validate_and_report(what)


def _add_files(app: typer.Typer) -> None:
    @app.command("init", cls=SpokenCommand, help="Write a study file for your own boundaries and panel.")
    def init(
        boundaries: Annotated[
            str, typer.Argument(help="File with the polygons: GeoPackage, FileGDB, Shapefile, GeoJSON …")
        ],
        panel: Annotated[str, typer.Argument(help="Table with the figures: CSV, XLSX, Parquet, Stata or SPSS.")],
        *,
        output: Annotated[
            str, typer.Option("--output", "-o", metavar="FILE", help="The study file to write.")
        ] = "study.toml",
        layer: Annotated[str | None, typer.Option("--layer", metavar="NAME", help="Layer of the boundaries.")] = None,
        sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of the panel.")] = None,
        code: Annotated[
            str | None, typer.Option("--code", metavar="COLUMN", help="Code column of the boundaries.")
        ] = None,
        panel_code: Annotated[
            str | None, typer.Option("--panel-code", metavar="COLUMN", help="Code column of the panel.")
        ] = None,
        start: Annotated[
            str | None, typer.Option("--start", metavar="COLUMN", help="Residents in the first year.")
        ] = None,
        end: Annotated[str | None, typer.Option("--end", metavar="COLUMN", help="Residents in the last year.")] = None,
        datum: Annotated[
            str | None,
            typer.Option("--datum", metavar="NAME", help="Datum of the boundaries: wgs84, cgcs2000, gcj02 or bd09."),
        ] = None,
        crs: Annotated[
            str | None, typer.Option("--crs", metavar="EPSG", help="CRS of boundaries that do not say it.")
        ] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace an existing study file.")] = False,
    ) -> int:
        from geo_urban.cli.drafting import draft_and_report

        return draft_and_report(
            boundaries,
            panel,
            output=output,
            layer=layer,
            sheet=sheet,
            code=code,
            panel_code=panel_code,
            start=start,
            end=end,
            datum=datum,
            crs=crs,
            overwrite=force,
        )

    @app.command(
        "verify", cls=SpokenCommand, help="Check that a result and its inputs are still what its provenance says."
    )
    def verify(
        path: Annotated[str, typer.Argument(metavar="FILE", help="provenance.json, or the folder that holds it.")],
    ) -> int:
        from geo_urban.cli.verifying import verify_and_report

        return verify_and_report(path)

    @app.command("explain", cls=SpokenCommand, help="Tell where each number of a unit comes from.")
    def explain(code: Annotated[str, typer.Argument(help="Code of a county or city, e.g. 230231.")]) -> int:
        from geo_urban.datasets import explain as explained

        say(str(explained(code)))
        return 0


def _add_machine(app: typer.Typer) -> None:
    @app.command("doctor", cls=SpokenCommand, help="Show versions, drivers, fonts, browser, caches and data packages.")
    def doctor() -> int:
        from geo_urban.cli.doctor import examine_and_report

        return examine_and_report()

    data = typer.Typer(cls=SpokenGroup, rich_markup_mode=None, help="List, build or clear the default data.")

    @data.callback(invoke_without_command=True)
    def show(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            say(context.get_help())

    @data.command("list", cls=SpokenCommand, help="List what is built, where it lies and how large it is.")
    def list_() -> int:
        from geo_urban.cli.data import list_and_report

        return list_and_report()

    @data.command("build", cls=SpokenCommand, help="Build every product of the default data now.")
    def build() -> int:
        from geo_urban.cli.data import build_and_report

        return build_and_report()

    @data.command("clear", cls=SpokenCommand, help="Delete what was built; it is built again when needed.")
    def clear() -> int:
        from geo_urban.cli.data import clear_and_report

        return clear_and_report()

    _add_fetch(data)
    app.add_typer(data, name="data")


def _add_fetch(data: typer.Typer) -> None:
    @data.command(
        "fetch", cls=SpokenCommand, help="Fetch public data by name: population grids, settlement layers, boundaries."
    )
    def fetch(
        name: Annotated[
            str,
            typer.Argument(help="A data set: worldpop, ghs-pop, ghs-smod, ghs-built, ghs-land; none lists them all."),
        ] = "",
        *,
        year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help="Year of the data.")] = None,
        region: Annotated[
            str | None,
            typer.Option(
                "--region",
                metavar="CODE",
                help="Country of three letters (KOR) or tile (R5_C30), as the data set has it.",
            ),
        ] = None,
        resolution: Annotated[
            str | None,
            typer.Option(
                "--resolution",
                metavar="SIZE",
                help="Cell size (1km, 100m, 30ss, 3ss) or level of boundaries (ADM1).",
            ),
        ] = None,
        output: Annotated[
            str | None,
            typer.Option("--output", "-o", metavar="FOLDER", help="Folder to keep it in (default: the cache)."),
        ] = None,
        base_url: Annotated[
            str | None,
            typer.Option(
                "--base-url",
                metavar="URL",
                help="Mirror to fetch from (default: the publisher, or GEO_URBAN_MIRROR).",
            ),
        ] = None,
        sha256: Annotated[
            str | None, typer.Option("--sha256", metavar="HASH", help="SHA-256 that the fetched file must have.")
        ] = None,
    ) -> int:
        from geo_urban.cli.data import fetch_and_report

        return fetch_and_report(
            name, year=year, region=region, resolution=resolution, output=output, base_url=base_url, sha256=sha256
        )
