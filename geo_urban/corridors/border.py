"""The land border: the line that a country's units and its neighbours share, in segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_crs, require_geometry, require_unique_index
from geo_urban.corridors._border_edges import Edges, Shared, chained, edges_of, near_edges, shared_edges
from geo_urban.corridors.border_result import BorderResult
from geo_urban.errors import GeometryError, InsufficientDataError, NoOverlapError
from geo_urban.spatial import require_same_datum
from geo_urban.spatial._access import geodesic_km, on_sphere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["land_border"]


def land_border(
    units: gpd.GeoDataFrame,
    neighbors: gpd.GeoDataFrame,
    *,
    max_gap_km: float = 0.0,
    disputed: str = "disputed",
    keep: Sequence[str] = ("name", "province"),
) -> BorderResult:
    """Find the land border of a country: the line it shares with each neighbour, in segments.

    Only what two polygons share is border; coasts are not, because nobody shares them. The line is cut where the
    neighbour changes and where the unit does, so that every kilometre belongs to one county and one neighbour. Lengths
    grow with the detail of the lines (`BorderResult.lengths_by_ruler`): compare shares, not kilometres.

    Parameters
    ----------
    units
        The country's counties, provinces, or the country itself as one row; polygons with a declared CRS.
    neighbors
        The countries around it, one row each. Areas that several countries claim may be rows of their own.
    max_gap_km
        Zero if units and neighbours are one coverage (the same vertices on both sides). Else outer edges of units
        within this distance of a neighbour are border, with the nearest one [km].
    disputed
        Column of `neighbors` that marks areas several countries claim. Not needed.
    keep
        Columns of `units` that segments carry along, as far as there are any.

    Returns
    -------
    BorderResult
        Segments in order along the border, the country on their left.

    Raises
    ------
    InputError
        If a layer has no CRS, another datum, no polygons, or a code twice; if a neighbour overlaps units.
    NoOverlapError
        If units touch no neighbour; the nearest gap is named.
    InsufficientDataError
        If there are no units or no neighbours.

    Notes
    -----
    Edges are matched vertex by vertex, in O(n log n); lengths are geodesic.

    Examples
    --------
    Two counties of one degree at the equator, and a neighbour along their northern sides.

    >>> import geopandas as gpd
    >>> from shapely.geometry import Polygon, box
    >>> units = gpd.GeoDataFrame(index=["w", "e"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
    >>> north = Polygon([(0, 1), (1, 1), (2, 1), (2, 2), (0, 2)])
    >>> border = land_border(units, gpd.GeoDataFrame(index=["N"], geometry=[north], crs=4326))
    >>> border.segments[["unit", "neighbor", "length_km"]].round(1).values.tolist()
    [['e', 'N', 111.3], ['w', 'N', 111.3]]
    """
    own, around = _checked(units, "units"), _checked(neighbors, "neighbors")
    require_same_datum(units=units, neighbors=neighbors)
    edges = edges_of(own)
    shared = shared_edges(edges, edges_of(around))
    _refuse_overlaps(shared, neighbors)
    if max_gap_km > 0:
        shared = near_edges(edges, around.to_numpy(), max_gap_km)
    if not len(shared.neighbor):
        _raise_apart(own, around)
    marked = neighbors[disputed].astype(bool) if disputed in neighbors.columns else pd.Series(False, neighbors.index)
    return BorderResult(
        segments=_segments(shared, units, neighbors, marked, [name for name in keep if name in units.columns]),
        neighbors=pd.DataFrame(neighbors.drop(columns=neighbors.geometry.name)).assign(disputed=marked),
        max_gap_km=max_gap_km,
        edge_km=float(np.median(_lengths(shared.edges))),
    )


def _checked(layer: gpd.GeoDataFrame, argument: str) -> gpd.GeoSeries:
    require_crs(layer, argument=argument)
    require_unique_index(layer, argument=argument)
    if layer.empty:
        raise InsufficientDataError(
            "`{argument}` has no rows, so there is no border to find. Check the filter or file that made it.",
            argument=argument,
        )
    require_geometry(layer, argument=argument)
    return layer.geometry.to_crs(4326)


def _refuse_overlaps(shared: Shared, neighbors: gpd.GeoDataFrame) -> None:
    if len(shared.overlapping):
        raise GeometryError(
            "`neighbors` {codes} lie on the same side of a line as `units`, so they overlap them, as a country does "
            "its own counties. Leave out the country itself, or cut what overlaps: `geopandas.overlay(neighbors, "
            'units, how="difference")`.',
            codes=listed(neighbors.index[shared.overlapping]),
        )


def _raise_apart(units: gpd.GeoSeries, neighbors: gpd.GeoSeries) -> None:
    """Raise, naming the nearest pair by their vertices."""
    from scipy.spatial import cKDTree

    own, unit = shapely.get_coordinates(units.to_numpy(), return_index=True)
    beyond, neighbor = shapely.get_coordinates(neighbors.to_numpy(), return_index=True)
    apart, found = cKDTree(on_sphere(*beyond.T)).query(on_sphere(*own.T))
    best = int(np.argmin(apart))
    raise NoOverlapError(
        "no edge of `units` is an edge of a neighbor, so there is no common line; {unit} and {neighbor} come nearest, "
        "{gap:.3g} km from corner to corner. Fit the layers to each other, state how wide gaps may be (`max_gap_km`), "
        "or see whether one of them is on another datum (`geo_urban.spatial.detect_datum`).",
        unit=units.index[unit[best]],
        neighbor=neighbors.index[neighbor[found[best]]],
        gap=geodesic_km(*own[best], *beyond[found[best]]),
    )


def _segments(
    shared: Shared, units: gpd.GeoDataFrame, neighbors: gpd.GeoDataFrame, disputed: pd.Series, keep: list[str]
) -> gpd.GeoDataFrame:
    """Return one row per stretch of one unit and one neighbour, in order."""
    rows, lines = [], []
    for part, chain in enumerate(chained(shared.edges, shared.neighbor)):
        edges, neighbor = shared.edges.chosen(chain), shared.neighbor[chain]
        along = np.concatenate([[0.0], np.cumsum(_lengths(edges))])
        change = np.flatnonzero((np.diff(edges.owner) != 0) | (np.diff(neighbor) != 0)) + 1
        for first, last in zip([0, *change], [*change, len(chain)], strict=True):
            rows.append((part, edges.owner[first], neighbor[first], along[first], along[last]))
            lines.append(shapely.linestrings(np.concatenate([edges.starts[first:last], edges.ends[last - 1 : last]])))
    of_part, owner, beyond, start, end = (np.array(column) for column in zip(*rows, strict=True))
    frame = pd.DataFrame(
        {
            "unit": units.index.take(owner),
            **{name: units[name].to_numpy()[owner] for name in keep},
            "neighbor": neighbors.index.take(beyond),
            "disputed": disputed.to_numpy()[beyond],
            "part": of_part,
            "start_km": start,
            "length_km": end - start,
        },
        index=pd.RangeIndex(len(rows), name="segment"),
    )
    return gpd.GeoDataFrame(frame, geometry=np.array(lines, dtype=object), crs=4326)


def _lengths(edges: Edges) -> NDArray[np.float64]:
    return geodesic_km(*edges.starts.T, *edges.ends.T)
