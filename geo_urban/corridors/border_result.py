"""What a land border comes as: segments in order, and what can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError, InputError
from geo_urban.spatial._access import geodesic_km, on_sphere

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation

__all__ = ["BorderResult", "border_shares"]

_EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BorderResult:
    """A land border in segments.

    Parameters
    ----------
    segments
        One row per stretch of one unit and one neighbour, in order along the border with the country on the left, on
        WGS 84: `unit`, what was kept of the units, `neighbor`, `disputed`, `part` (connected stretch of border, 0 the
        longest), `start_km` (along the part [km]), `length_km` (geodesic [km]).
    neighbors
        What was known of the neighbours, on their index.
    max_gap_km
        How far apart units and neighbours may lie [km]; zero for one coverage.
    edge_km
        Median distance from vertex to vertex [km]: the resolution of the line.
    """

    segments: gpd.GeoDataFrame
    neighbors: pd.DataFrame
    max_gap_km: float
    edge_km: float

    def __repr__(self) -> str:
        return f"<BorderResult {self.length_km:,.0f} km, {self.segments['neighbor'].nunique()} neighbors>"

    @property
    def length_km(self) -> float:
        """Length of the whole border, as drawn [km]."""
        return float(self.segments["length_km"].sum())

    @property
    def units(self) -> pd.DataFrame:
        """Each unit on the border: `border_km`, `disputed_km`, `neighbors` (the longest first), `neighbor_count`."""
        rows = self.segments.drop(columns="geometry")
        pairs = rows.groupby(["unit", "neighbor"], sort=True)["length_km"].sum().reset_index()
        pairs = pairs.sort_values("length_km", ascending=False, kind="stable").groupby("unit")
        table = pd.DataFrame({"border_km": rows.groupby("unit")["length_km"].sum()})
        table["disputed_km"] = rows["length_km"].where(rows["disputed"], 0.0).groupby(rows["unit"]).sum()
        table["neighbors"] = pairs["neighbor"].agg(lambda names: "; ".join(map(str, names)))
        table["neighbor_count"] = pairs.size()
        return table

    @property
    def ends(self) -> pd.DataFrame:
        """Where the border ends: at a coast, or where layers leave a gap.

        `part`, `which` (``"start"`` or ``"end"``), `unit`, `neighbor`, `lon`, `lat`, and `gap_km`: the straight
        distance to the nearest end of another part, or to the other end where there is one part. Closed parts have no
        end.
        """
        rows = []
        for part, segments in self.segments.groupby("part"):
            first, last = segments.iloc[0], segments.iloc[-1]
            here, there = first.geometry.coords[0], last.geometry.coords[-1]
            if here != there:
                rows.append((part, "start", first["unit"], first["neighbor"], *here))
                rows.append((part, "end", last["unit"], last["neighbor"], *there))
        table = pd.DataFrame(rows, columns=["part", "which", "unit", "neighbor", "lon", "lat"])
        several = table["part"].max() > table["part"].min() if len(table) else False
        place, part, which = table[["lon", "lat"]].to_numpy(), table["part"].to_numpy(), table["which"].to_numpy()
        gaps = []
        for row in range(len(table)):
            others = place[part != part[row]] if several else place[which != which[row]]
            here = np.broadcast_to(place[row], others.shape)
            gaps.append(geodesic_km(*here.T, *others.T).min())
        return table.assign(gap_km=np.array(gaps, dtype=float))

    @property
    def tripoints(self) -> pd.DataFrame:
        """Where one neighbour gives way to the next along the border: `part`, `at_km`, `before`, `after`, `lon`, `lat`.

        The line runs through each of them without a break; two neighbours that do not meet at the border leave two
        `ends` instead.
        """
        rows = []
        for part, segments in self.segments.groupby("part"):
            stretches = list(segments.itertuples())
            # A closed line goes on from its last stretch to its first.
            closed = stretches[0].geometry.coords[0] == stretches[-1].geometry.coords[-1]
            before = [stretches[-1], *stretches[:-1]] if closed else stretches[:-1]
            for previous, row in zip(before, stretches if closed else stretches[1:], strict=True):
                if row.neighbor != previous.neighbor:
                    rows.append((part, row.start_km, previous.neighbor, row.neighbor, *row.geometry.coords[0]))
        return pd.DataFrame(rows, columns=["part", "at_km", "before", "after", "lon", "lat"])

    def by_neighbor(self) -> pd.DataFrame:
        """Return the length shared with each neighbour.

        Returns
        -------
        pandas.DataFrame
            On the neighbours' index, with what was known of them: `border_km`, `border_share`, `units` (how many touch
            it). Neighbours without a common line have zero.
        """
        groups = self.segments.groupby("neighbor")
        table = self.neighbors.drop(columns=["border_km", "border_share", "units"], errors="ignore")
        table["border_km"] = groups["length_km"].sum().reindex(table.index).fillna(0.0)
        table["border_share"] = table["border_km"] / self.length_km
        table["units"] = groups["unit"].nunique().reindex(table.index).fillna(0).astype(int)
        return table

    def lengths_by_ruler(self, ruler_km: Sequence[float] = (1, 2, 5, 10, 20, 50, 100)) -> pd.Series:
        """Return how long the border is when measured with rulers of stated lengths.

        A line has no length of its own: a finer ruler follows more bends. State the ruler with the length.

        Parameters
        ----------
        ruler_km
            Lengths of the rulers [km], above zero.

        Returns
        -------
        pandas.Series
            Length [km] by ruler; 0 is the line as drawn. From vertex to the next vertex at least a ruler away.

        Raises
        ------
        InputError
            If a ruler is not above zero.

        References
        ----------
        Mandelbrot, B. (1967). How long is the coast of Britain? Science 156, 636–638.
        doi:10.1126/science.156.3775.636
        """
        wrong = [ruler for ruler in ruler_km if not ruler > 0]
        if wrong:
            raise InputError("`ruler_km` has {wrong}; a ruler is longer than zero.", wrong=listed(wrong))
        lengths = {0.0: self.length_km}
        lines = [_joined(segments) for _, segments in self.segments.groupby("part")]
        for ruler in ruler_km:
            lengths[float(ruler)] = sum(_measured(line, float(ruler)) for line in lines)
        return pd.Series(lengths, name="border_km").rename_axis("ruler_km")

    def summary(self) -> pd.Series:
        """Return length, resolution and completeness of the border.

        Returns
        -------
        pandas.Series
            ``border_km``, ``disputed_km`` (along areas several countries claim), ``neighbors``, ``units``,
            ``segments``, ``parts``, ``tripoints``, ``open_ends``, ``widest_gap_km`` (between parts; NaN with one),
            ``edge_km`` (resolution), ``max_gap_km``.
        """
        ends = self.ends
        several = ends["part"].max() > ends["part"].min() if len(ends) else False
        rows = self.segments
        facts = {
            "border_km": self.length_km,
            "disputed_km": float(rows.loc[rows["disputed"], "length_km"].sum()),
            "neighbors": rows["neighbor"].nunique(),
            "units": rows["unit"].nunique(),
            "segments": len(rows),
            "parts": rows["part"].nunique(),
            "tripoints": len(self.tripoints),
            "open_ends": len(ends),
            "widest_gap_km": float(ends["gap_km"].max()) if several else float("nan"),
            "edge_km": self.edge_km,
            "max_gap_km": self.max_gap_km,
        }
        return pd.Series(facts, name="land border", dtype=object)

    def layers(self, *, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of the border.

        Parameters
        ----------
        source
            Where units and neighbours come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of segments, coloured by neighbour; stretches along disputed areas say so.
        """
        from geo_urban.corridors._show_border import border_presentation

        return border_presentation(self, source=source)


def border_shares(border: BorderResult, groups: pd.Series) -> pd.DataFrame:
    """Share out the length of the border among groups of units.

    How much of the land border lies in each macro-region or province. Shares bear comparison with published ones where
    kilometres do not, for each group's line is drawn at the same detail.

    Parameters
    ----------
    border
        The border.
    groups
        Group of each unit, on the units' index; units away from the border may be there too.

    Returns
    -------
    pandas.DataFrame
        By group, in order of `groups`' categories or of the names: `units`, `border_km`, `border_share`,
        `disputed_km`. Groups without border have zero.

    Raises
    ------
    AlignmentError
        If a unit on the border has no group, or stands twice.

    Examples
    --------
    ``border_shares(border, counties["province"])``
    """
    require_unique_index(groups, argument="groups")
    rows = border.segments
    label = groups.reindex(rows["unit"])
    missing = rows["unit"][label.isna().to_numpy()].unique()
    if len(missing):
        raise AlignmentError(
            "`groups` has no group for {codes}, which lie on the border, so shares would not add to one. Add them.",
            codes=listed(missing),
        )
    known = groups.cat.categories if isinstance(groups.dtype, pd.CategoricalDtype) else sorted(groups.dropna().unique())
    by = label.astype(object).to_numpy()
    table = pd.DataFrame(index=pd.Index(known, name=groups.name or "group"))
    table["units"] = rows["unit"].groupby(by).nunique().reindex(table.index).fillna(0).astype(int)
    table["border_km"] = rows["length_km"].groupby(by).sum().reindex(table.index).fillna(0.0)
    table["border_share"] = table["border_km"] / border.length_km
    apart = rows["length_km"].where(rows["disputed"], 0.0)
    table["disputed_km"] = apart.groupby(by).sum().reindex(table.index).fillna(0.0)
    return table


def _joined(segments: gpd.GeoDataFrame) -> NDArray[np.float64]:
    vertices = shapely.get_coordinates(segments.geometry.to_numpy())
    kept = np.ones(len(vertices), dtype=bool)
    kept[1:] = (vertices[1:] != vertices[:-1]).any(axis=1)
    joined: NDArray[np.float64] = vertices[kept]
    return joined


def _measured(vertices: NDArray[np.float64], ruler_km: float) -> float:
    """Walk along vertices, from one to the next that is a ruler away, and on to the end."""
    places = on_sphere(*vertices.T)
    chord = (2 * np.sin(ruler_km / _EARTH_RADIUS_KM / 2)) ** 2
    stops, here = [0], 0
    while True:
        beyond, step = -1, 64
        first = here + 1
        while first < len(places):
            apart = ((places[first : first + step] - places[here]) ** 2).sum(axis=1) >= chord
            if apart.any():
                beyond = first + int(np.argmax(apart))
                break
            first, step = first + step, step * 2
        if beyond < 0:
            break
        stops.append(beyond)
        here = beyond
    if stops[-1] != len(places) - 1:
        stops.append(len(places) - 1)
    walked = vertices[stops]
    return float(geodesic_km(*walked[:-1].T, *walked[1:].T).sum())
