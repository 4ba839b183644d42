"""``geo-urban data``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.cli.console import aligned, say
from geo_urban.messages import translate
from geo_urban.progress import track

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["build_and_report", "clear_and_report", "list_and_report"]


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
