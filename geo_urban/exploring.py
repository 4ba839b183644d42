"""Let a result be looked at in one call, as geopandas' frames can be."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import folium

__all__ = ["Explorable"]


class Explorable:
    """A result with ``layers()`` that a notebook can show as a map."""

    __slots__ = ()

    def explore(self, column: str | None = None, **options: Any) -> folium.Map:
        """Show this result as a map, with the argument names of ``GeoDataFrame.explore``.

        Parameters
        ----------
        column
            Column that colours the map; None for the one that says most.
        **options
            ``cmap``, ``scheme``, ``k``, ``categorical``, ``tooltip``, ``tiles``, ``vmin``, ``vmax`` …: see
            `geo_urban.maps.explore`. An argument that has no meaning here is refused by name.

        Returns
        -------
        folium.Map
            A notebook shows it; `geo_urban.maps.save_page` writes it.

        Raises
        ------
        InputError
            If the column is not there, or an argument cannot be honoured.
        GeometryError
            If the units have no geometry.
        """
        # Maps lie above the results; they load when one is looked at.
        drawn: folium.Map = import_module("geo_urban.maps").explore(self, column, **options)
        return drawn
