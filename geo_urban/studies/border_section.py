"""The section of a study file on a land border: what lies beyond it, what counts as near, what is joined."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from geo_urban.checks import listed
from geo_urban.errors import StudyFileError
from geo_urban.studies.sections import Section

__all__ = ["EMBEDDED_NEIGHBORS", "Border"]

EMBEDDED_NEIGHBORS = "countries"

_Km = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Limits = Annotated[tuple[_Km, ...], Field(min_length=1)]
_AtLeastZero = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Border(Section):
    """A land border, its towns and the corridors they form.

    Parameters
    ----------
    neighbors
        ``"countries"`` (the neighbors of China, fitted to the embedded boundaries), or a file of polygons, relative to
        the study file.
    neighbors_code, neighbors_layer
        Column of codes and layer of that file; recognised where not given.
    disputed
        Whether areas that several neighbors claim count as neighbors of their own; without them the border of the
        embedded boundaries has gaps there.
    max_gap_km
        How far units and neighbors of different hands may lie apart [km]; zero for one coverage.
    min_border_km
        Units with less border are no border units [km].
    depth_km, depth_minutes
        Limits of the bands of depth, ascending [km]; and of bands by time to the nearest port [minutes].
    ports, centres
        Files of points: ports of entry, and larger cities inland. Embedded boundaries have their own.
    max_port_km
        A port farther from the border is an error [km].
    width_km, width_minutes
        Width of the strip around a corridor, both sides together [km]; or in travel time instead [minutes].
    max_town_km
        Seats of border units farther from the border than this are no stops of the corridors along it [km].
    town_gap_km, town_gap_minutes
        Two towns farther apart leave a gap, in a straight line [km] or in travel time [minutes].
    port_minutes
        Ports farther than this serve nobody [minutes].
    decay
        Exponent of travel time in Huff's model.
    corridors
        Named corridors and their stations in order: names or codes of units, cities or ports.
    pages
        Pages of parts: a title, and the values of the column that gathers units.
    """

    neighbors: str = EMBEDDED_NEIGHBORS
    neighbors_code: str | None = None
    neighbors_layer: str | None = None
    disputed: bool = True
    max_gap_km: _AtLeastZero = 0.0
    min_border_km: _AtLeastZero = 1.0
    depth_km: _Limits = (25.0, 50.0, 100.0)
    depth_minutes: _Limits | None = None
    ports: str | None = None
    centres: str | None = None
    max_port_km: _Km = 100.0
    width_km: _Km = 50.0
    width_minutes: _Km | None = None
    max_town_km: _Km = 250.0
    town_gap_km: _Km = 200.0
    town_gap_minutes: _Km | None = None
    port_minutes: _Km = 300.0
    decay: _AtLeastZero = 2.0
    corridors: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    pages: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def embedded(self) -> bool:
        """Whether the neighbors are those of the package."""
        return self.neighbors == EMBEDDED_NEIGHBORS

    @field_validator("depth_km", "depth_minutes")
    @classmethod
    def _ascending(cls, limits: tuple[float, ...] | None, info: ValidationInfo) -> tuple[float, ...] | None:
        if limits is not None and list(limits) != sorted(set(limits)):
            raise StudyFileError(
                "`{name}` is {limits}; limits of bands ascend and are above zero, e.g. (25, 50, 100).",
                name=info.field_name,
                limits=listed(limits),
            )
        return limits

    @field_validator("corridors")
    @classmethod
    def _with_two_ends(cls, corridors: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        short = [name for name, stations in corridors.items() if len(stations) < 2]  # noqa: PLR2004 - two ends
        if short:
            raise StudyFileError(
                "corridors need two or more stations; {names} have fewer. List them in order, e.g. "
                '`"Coast road" = ["Port", "Capital"]`.',
                names=listed(short),
            )
        return corridors
