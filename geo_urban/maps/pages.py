"""Map pages: a folium map of a presentation, and its page as one file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import folium
import jinja2
from branca.element import Element, Figure

from geo_urban.errors import InputError, OutputError
from geo_urban.maps.page_assets import Mode, head_elements, own_text, sidecar_files
from geo_urban.maps.page_safety import POLICY_MARK, foreign_elements, leftovers, sealed, tile_hosts
from geo_urban.maps.page_size import payload_within, warn_if_large
from geo_urban.maps.page_words import said
from geo_urban.maps.payload import payload_json, raster_payloads, with_drawing
from geo_urban.maps.sheets import warn_if_incomplete
from geo_urban.maps.tiles import chosen_tiles, on_datum_of, tile_layers, warn_of_key
from geo_urban.outputs import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    import geopandas as gpd

    from geo_urban.maps.drawing import Simplify
    from geo_urban.maps.payload import Payload
    from geo_urban.maps.tiles import Tiles
    from geo_urban.messages import Language
    from geo_urban.presentation import Presentation, Raster
    from geo_urban.typing import FilePath
    from geo_urban.wording import Figures

    class _Presentable(Protocol):
        def layers(self) -> Presentation: ...


__all__ = ["change_map", "draw", "save_page"]


class _Verbatim(Element):
    """HTML that goes into the page as it is; folium's own elements would read ``{{ }}`` in a county's name as code."""

    _template = jinja2.Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Page(Figure):
    """The page around a map: its language, its title, and a policy that lets nothing run but its own scripts."""

    _template = jinja2.Template(
        '<!DOCTYPE html>\n<html lang="{{ this.language }}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "{{ this.policy }}\n<title>{{ this.title|e }}</title>\n{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n<script>\n{{ this.script.render(**kwargs) }}\n</script>\n"
        "</body>\n</html>\n"
    )

    def __init__(self, *, language: str, title: str, mode: Mode) -> None:
        super().__init__(title=title)
        self.header._children.clear()  # noqa: SLF001 - branca's own meta element; the template has a shorter one
        self.language = language
        self.mode = mode
        self.policy = POLICY_MARK

    def render(self, **kwargs: Any) -> str:
        """Return the page with its content-security policy filled in."""
        return sealed(super().render(**kwargs), mode=self.mode, tiles=tile_hosts(self))


class PresentationMap(folium.Map):
    """A folium map that shows one presentation; folium layers and markers can be added to it."""

    def __init__(self, payload: Payload, *, mode: Mode) -> None:
        super().__init__(tiles=None)
        self._id = "page"  # folium would draw a random one, and no two pages would be equal
        self.payload = payload
        self.mode = mode
        self.background: Tiles | None = None
        self.rasters: tuple[Raster, ...] = ()
        self.figures: Figures = "persons"
        self.default_js = []
        self.default_css = []
        _Page(language=payload["language"], title=said(payload["title"], payload["language"]), mode=mode).add_child(
            self
        )

    def render(self, **kwargs: Any) -> str:
        """Put assets, page and script into the figure around the map; the figure, not this element, is the page."""
        page = cast("Figure", self.get_root())
        for name, html in head_elements(self.mode):
            page.header.add_child(_Verbatim(html), name=name)
        page.html.add_child(_Verbatim(self._body(bool(tile_hosts(page)))), name=self.get_name())
        page.script.add_child(_Verbatim(self._script()), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def _body(self, tiles: bool) -> str:  # noqa: FBT001 - one switch of a private method
        environment = jinja2.Environment(autoescape=True)
        language, words = self.payload["language"], self.payload["words"]
        environment.filters["breakable"] = _breakable
        environment.filters["said"] = lambda text: said(text, language)
        environment.filters["word"] = lambda sentence: said(words[sentence], language)
        json = payload_json({**self.payload, **self._pictures(tiles), "tiles": tiles})
        return environment.from_string(own_text("page.html")).render(
            data=self.payload, name=self.get_name(), json=_safe(json)
        )

    def _pictures(self, tiles: bool) -> dict[str, Any]:  # noqa: FBT001 - one switch of a private method
        """Return the grids anew where tiles were added: they bring the page to Web Mercator."""
        if not (tiles and self.rasters and self.payload["equalArea"]):
            return {}
        bounds = None if self.payload["gridsOnly"] else self.payload["bounds"]
        return {"rasters": raster_payloads(self.rasters, cone=None, bounds=bounds, figures=self.figures)}

    def _repr_html_(self, **kwargs: Any) -> str:
        """Show the map in a notebook, which holds scripts and styles once, however many maps it has."""
        from geo_urban.maps.notebooks import notebook_html

        page, mode = cast("_Page", self.get_root()), self.mode
        within: Mode = "inline" if mode == "sidecar" else mode  # nothing lies beside a notebook's output
        self.mode = page.mode = within
        try:
            html = page.render(**kwargs)
        finally:
            self.mode = page.mode = mode
        return notebook_html(self, html, mode=within)

    def _script(self) -> str:
        name = self.get_name()
        return (
            "var geoUrbanData = geoUrban.read();\n"
            f'var {name} = L.map("{name}", geoUrban.options(geoUrbanData));\n'
            f"geoUrban.start({name}, geoUrbanData);"
        )


def _breakable(text: str) -> Any:
    """Let a long dotted name wrap at its joints."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._/])", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped before


def _safe(json: str) -> Any:
    from markupsafe import Markup

    return Markup(json)  # noqa: S704 - payload_json has escaped every character that could end the element


def draw(
    presentation: Presentation,
    *,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    tiles: str | None = None,
    simplify: Simplify = None,
) -> folium.Map:
    """Draw a presentation as a map page that opens without a network.

    The first field with classes is shown first; a selector switches to the others. Layers without such a field are
    drawn as outlines over them (provinces over counties, say). Borders lose the detail that a screen cannot show, and
    neighbors keep their common border; the figures and the layer files know nothing of it.

    Parameters
    ----------
    presentation
        Layers, fields, classes and words of a result.
    language
        ``"en"`` or ``"zh"``; None for the language in force.
    figures
        ``"persons"``, or ``"wan"`` to show counts of people in tens of thousands (万人).
    mode
        ``"inline"``: everything is in the one file. ``"sidecar"``: scripts and styles lie in ``assets/`` beside it, for
        a folder of many pages. ``"cdn"``: Leaflet comes from a public network, for a small file on a website.
    tiles
        Background pictures from a network, by name: ``"openstreetmap"`` (for pages on a web server only), ``"carto"``,
        ``"carto-dark"``, ``"tianditu"``, ``"tianditu-imagery"`` (key in ``TIANDITU_KEY``) or ``"amap"`` (its pictures
        are on GCJ-02, so the layers are shifted for display). None for none: the page asks nothing of any network.
    simplify
        About how far a border may move when drawn [degrees]; None for what a screen cannot show, and more where the
        page would take over 25 MB; False to draw every vertex.

    Returns
    -------
    folium.Map
        A notebook shows it; folium layers can be added to it; `save_page` writes it.

    Raises
    ------
    InputError
        If `mode`, `figures` or `tiles` is unknown, the tiles' key is not set, or a layer cannot be drawn (no CRS, a
        unit twice, mixed geometry, a missing column, nothing to colour).

    Warns
    -----
    GeoUrbanWarning
        If a layer covers a whole country whose maps are regulated, and the map lacks inset or approval number; if
        borders were simplified further to keep the page below 25 MB.

    See Also
    --------
    save_page : Write the page.

    Notes
    -----
    Where no tiles are added, the map is drawn on an equal-area cone fitted to it (Albers), so that no unit looks larger
    than it is; with tiles it is Web Mercator, as tiles are.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.presentation import Breaks, Field, Layer, Presentation
    >>> units = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "change_share": [-0.2, 0.1]},
    ...     index=["1", "2"], geometry=[shapely.box(0, 1, 1, 2), shapely.box(1, 1, 2, 2)], crs=4326,
    ... )
    >>> change = Field(column="change_share", label="Change", unit="%", scale=100, decimals=1,
    ...                classes=Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac")))
    >>> shown = Presentation(name="change", title="Change", source="", method="",
    ...                      layers=(Layer(name="counties", title="Counties", units=units, fields=(change,)),))
    >>> type(draw(shown)).__mro__[1].__name__
    'Map'
    """
    if mode not in get_args(Mode):
        raise InputError(
            '`mode` is {mode}; a page carries its scripts "inline", has them beside it ("sidecar"), '
            'or takes them from a network ("cdn"). Pass one of these.',
            mode=repr(mode),
        )
    warn_if_incomplete(presentation)
    background = None if tiles is None else chosen_tiles(tiles)
    pictures = [] if background is None else tile_layers(background)
    shown = presentation if background is None else on_datum_of(presentation, background)
    payload = payload_within(shown, language=language, figures=figures, simplify=simplify)
    drawn = PresentationMap(payload, mode=mode)
    for picture in pictures:
        picture.add_to(drawn)
    drawn.background = background
    drawn.rasters, drawn.figures = shown.rasters, figures
    return drawn


def save_page(drawn: folium.Map, path: FilePath) -> Path:
    """Write a map as an HTML page, whole or not at all.

    Parameters
    ----------
    drawn
        Map made by `draw`, with whatever was added to it.
    path
        The file; its folder is made if needed.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the page would load something from a network that was not asked for, naming it, or cannot be written.

    Warns
    -----
    GeoUrbanWarning
        If the user's key for tiles would stand in the file, or the page takes more than 10 MB.
    """
    mode: Mode = getattr(drawn, "mode", "inline")
    if mode != "cdn":
        _refuse_foreign(drawn)
    warn_of_key(getattr(drawn, "background", None), path)
    html = drawn.get_root().render()
    found = leftovers(html, mode=mode)
    if found:
        raise OutputError(
            "the page would load {addresses}, so it would be broken without a network. "
            'Remove what asks for it, or draw with `mode="cdn"`.',
            addresses=", ".join(found[:5]),
        )
    if mode == "sidecar":
        for asset, text in sidecar_files(Path(path).parent):
            write_text(text, asset)
    written = write_text(html, path)
    warn_if_large(written.stat().st_size, written, getattr(drawn, "payload", None))
    return written


def _refuse_foreign(drawn: folium.Map) -> None:
    found = foreign_elements(drawn)
    if found:
        raise OutputError(
            "{plugins} needs scripts that are on a network only, so the page would be broken without one. "
            'Leave it out, or draw with `mode="cdn"`.',
            plugins=", ".join(f"`{name}`" for name in found),
        )


def change_map(
    result: _Presentable,
    *,
    drawing: Mapping[str, gpd.GeoDataFrame | gpd.GeoSeries] | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
) -> folium.Map:
    """Draw how the population of each unit changed.

    Parameters
    ----------
    result
        Result with ``.layers()``, e.g. of `geo_urban.shrinkage.population_change` on units with geometry.
    drawing
        Per layer name: simplified geometry to draw instead of the layer's own.
    language, figures, mode
        As in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    InputError
        As `draw` does, and if `drawing` lacks units of its layer.
    """
    presentation = result.layers()
    return draw(with_drawing(presentation, drawing or {}), language=language, figures=figures, mode=mode)
