"""``geo-urban data``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.cli.console import aligned, mention, say
from geo_urban.messages import translate
from geo_urban.progress import track

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["build_and_report", "clear_and_report", "fetch_and_report", "list_and_report"]


def list_and_report() -> int:
    """Print what is built.

    Returns
    -------
    int
        0.
    """
    from geo_urban.datasets.store import cache_folder, status

    for kind in ("boundaries", "rasters"):
        say(f"{kind}: {cache_folder('rasters' if kind == 'rasters' else 'boundaries')}")
    built = status()
    if built.empty:
        say(translate("Nothing is built yet; `geo-urban data build` builds it, and every study builds what it needs."))
        return 0
    rows = [
        (str(row["name"]), f"{row['size_mb']:.1f} MB", f"{row['built']:%Y-%m-%d %H:%M}") for _, row in built.iterrows()
    ]
    say(aligned(rows, indent="  "))
    return 0


def build_and_report() -> int:
    """Build every product of the default data.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If a data package is missing or the folder cannot be written.
    """
    from geo_urban import datasets

    products: tuple[Callable[[], object], ...] = (
        datasets.counties,
        datasets.prefectures,
        datasets.cities,
        datasets.provinces,
        datasets.neighbors,
    )
    for build in track(products, description=translate("Building the default data")):
        build()
    return list_and_report()


def clear_and_report() -> int:
    """Delete what was built.

    Returns
    -------
    int
        0.

    Raises
    ------
    OutputError
        If a file cannot be deleted.
    """
    from geo_urban.datasets.store import clear

    say(translate("{count} files were deleted.", count=len(clear())))
    return 0


def fetch_and_report(
    name: str,
    *,
    year: int | None,
    region: str | None,
    resolution: str | None,
    output: str | None,
    base_url: str | None,
    sha256: str | None,
) -> int:
    """Fetch a public data set and print where it lies; without a name, print what there is.

    Parameters
    ----------
    name
        Data set; empty to list them.
    year, region, resolution, output, base_url, sha256
        As for `geo_urban.io.fetch`.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If there is no such data, or it cannot be fetched.
    """
    from geo_urban.io import data_sets, fetch, source_of

    if not name:
        known = data_sets()
        say(
            aligned(
                (str(each), ", ".join(sizes), translate(title))
                for each, sizes, title in zip(known.index, known["resolutions"], known["title"], strict=True)
            )
        )
        return 0
    path = fetch(name, year=year, region=region, resolution=resolution, folder=output, base_url=base_url, sha256=sha256)
    say(str(path))
    source = source_of(path)
    if source:
        mention(translate("Licence: {licence}. Credit: {credit}", licence=source["licence"], credit=source["credit"]))
    if source.get("quantity") in {"count", "density"}:
        mention(
            translate('Read it: `read_grid("{path}", quantity="{quantity}")`', path=path, quantity=source["quantity"])
        )
    return 0
