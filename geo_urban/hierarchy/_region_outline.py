"""The length of a region's outline at a stated detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

__all__ = ["perimeter_km"]

_METRES = 1000.0


def perimeter_km(region: BaseGeometry, crs: CRS, *, detail_km: float) -> float:
    """Return the length of a region's outline [km]; bays, gaps and islands narrower than `detail_km` do not count.

    Bays are closed by growing and shrinking the region by half the detail on an equal-area projection about its centre;
    parts smaller than the detail squared are dropped unless they are all there is.
    """
    import geopandas as gpd
    import shapely

    degrees = gpd.GeoSeries([region], crs=crs).to_crs(4326)
    west, south, east, north = degrees.total_bounds
    flat = degrees.to_crs(
        f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84 +units=m"
    ).iloc[0]
    detail = detail_km * _METRES
    # Vertices much finer than the detail only cost time.
    closed = flat.simplify(detail / 20).buffer(detail / 2, quad_segs=4).buffer(-detail / 2, quad_segs=4)
    parts = shapely.get_parts(closed if not closed.is_empty else flat)
    large = parts[shapely.area(parts) >= detail**2]
    return float(shapely.length(large if len(large) else parts).sum() / _METRES)
