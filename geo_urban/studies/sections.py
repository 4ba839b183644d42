"""The sections of a study file: units, people, grid, network, neighbors, tests, outputs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "DEFAULT_NETWORK",
    "EMBEDDED_BOUNDARIES",
    "EMBEDDED_POPULATION",
    "MODELLED_GRID",
    "MODELLED_YEARS",
    "STRAIGHT_LINES",
    "Boundaries",
    "Causes",
    "Dynamics",
    "Economy",
    "Grid",
    "Neighbors",
    "Network",
    "Outputs",
    "Population",
    "Section",
    "Significance",
    "Year",
]

EMBEDDED_BOUNDARIES = ("amap", "tianditu")
EMBEDDED_POPULATION = "census"
MODELLED_GRID = "modelled"
MODELLED_YEARS = (2010, 2020)
DEFAULT_NETWORK = "roads"
STRAIGHT_LINES = "straight"

Year = Annotated[int, Field(ge=1700, le=2200)]
"""Wide enough for any census; a slip of the keys falls outside."""


class Section(BaseModel):
    """Keys that stand together: unknown ones are refused, known ones cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Boundaries(Section):
    """The units of a study.

    Parameters
    ----------
    source
        ``"amap"`` or ``"tianditu"`` (the embedded default), or a file, relative to the study file.
    code, name
        Columns of codes and names; recognised where not given.
    layer
        Layer of a file with several.
    datum
        ``"wgs84"``, ``"cgcs2000"``, ``"gcj02"`` or ``"bd09"``; unknown where not given.
    crs
        CRS of a file that does not say it, e.g. ``4490``.
    repair
        Whether invalid polygons are repaired instead of refused.
    """

    source: str = "amap"
    code: str | None = None
    name: str | None = None
    layer: str | None = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    crs: int | str | None = None
    repair: bool = False

    @property
    def embedded(self) -> bool:
        """Whether the units are those of the package."""
        return self.source in EMBEDDED_BOUNDARIES


class Population(Section):
    """The people of a study.

    Parameters
    ----------
    source
        ``"census"`` (the embedded default), or a table keyed by code, relative to the study file.
    code, sheet
        Column of codes and sheet of a workbook; recognised where not given.
    start, end
        Columns of residents in the first and the last year.
    urban_start, urban_end
        Columns of urban residents, where there are any.
    rural_start, rural_end
        Columns of rural residents; total minus urban where not given.
    group
        Column that gathers units (a province, say) for totals; of the panel or the boundaries.
    missing
        ``"refuse"`` a panel with missing population, or ``"list"`` those units as not joined.
    """

    source: str = EMBEDDED_POPULATION
    code: str | None = None
    sheet: str | None = None
    start: str | None = None
    end: str | None = None
    urban_start: str | None = None
    urban_end: str | None = None
    rural_start: str | None = None
    rural_end: str | None = None
    group: str | None = None
    missing: Literal["refuse", "list"] = "refuse"

    @property
    def embedded(self) -> bool:
        """Whether the figures are those of the package."""
        return self.source == EMBEDDED_POPULATION


class Grid(Section):
    """The population grid of a study.

    Parameters
    ----------
    source
        ``"modelled"`` (the default grid, spread from the census), or a raster: a path relative to the study file, or a
        URL.
    quantity
        Whether a cell holds people (``"count"``) or people per km² (``"density"``); needed with a raster.
    nodata
        Number that marks missing cells, where the raster does not say it.
    band, layer
        Band (counted from 1) or variable of a raster with several.
    crs
        CRS of a raster that does not say it, e.g. ``4326``.
    year
        Year of the grid's figures; that of the raster, or the last year of the study for the modelled grid, where not
        given.
    threshold_per_km2
        Density from which on a cell counts as dense [persons/km²].
    outer_cells
        What becomes of the people of cells that reach beyond all units: ``"cut"`` or ``"keep"``; where not given, they
        are kept if the grid is modelled from these units, else cut.
    land_area
        Column of land areas [km²] of the user's own units.
    """

    source: str = MODELLED_GRID
    quantity: Literal["count", "density"] | None = None
    nodata: float | None = None
    band: Annotated[int, Field(ge=1)] | None = None
    layer: str | None = None
    crs: int | str | None = None
    year: Year | None = None
    threshold_per_km2: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1500.0
    outer_cells: Literal["cut", "keep"] | None = None
    land_area: str | None = None

    @property
    def modelled(self) -> bool:
        """Whether it is the modelled grid of the package."""
        return self.source == MODELLED_GRID

    @property
    def remote(self) -> bool:
        """Whether it is read from a URL."""
        return "://" in self.source


class Network(Section):
    """What the places of a study travel on.

    Parameters
    ----------
    source
        ``"roads"`` (the embedded network of China), a file of streets (GraphML, ``.osm``, ``.osm.pbf`` or lines),
        relative to the study file, or ``"straight"`` for straight lines.
    reach
        How far people go [minutes on a network, km along straight lines].
    speed_kmh
        One speed for all streets of a file of lines [km/h].
    """

    source: str = DEFAULT_NETWORK
    reach: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 60.0
    speed_kmh: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @property
    def embedded(self) -> bool:
        """Whether it is the network of the package."""
        return self.source == DEFAULT_NETWORK

    @property
    def straight(self) -> bool:
        """Whether there is none, and lines are straight."""
        return self.source == STRAIGHT_LINES


class Neighbors(Section):
    """Who counts as a neighbor in tests of clustering and in regressions.

    Parameters
    ----------
    rule
        ``"queen"`` (a common point of the border), ``"rook"`` (a common line), ``"nearest"``, or ``"distance"``.
    nearest
        How many nearest units, where `rule` is ``"nearest"``.
    radius_km
        How far, from middle to middle, where `rule` is ``"distance"`` [km].
    isolates
        What becomes of a unit without neighbors: ``"keep"`` it as an isolate, or ``"attach"`` it to the nearest unit.
    """

    rule: Literal["queen", "rook", "nearest", "distance"] = "queen"
    nearest: Annotated[int, Field(ge=1)] = 6
    radius_km: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 100.0
    isolates: Literal["keep", "attach"] = "keep"


class Significance(Section):
    """How tests of clustering tell a find from chance.

    Parameters
    ----------
    permutations
        Random surroundings that each unit is compared with; the default is enough for a unit of a whole country to
        pass a false-discovery rate of 5 %.
    alternative
        ``"two-sided"``, ``"geoda"`` (the smaller tail alone), ``"greater"`` (alike) or ``"less"`` (unlike).
    fdr
        Share of false discoveries among the units that are named.
    """

    permutations: Annotated[int, Field(ge=1)] = 99_999
    alternative: Literal["two-sided", "geoda", "greater", "less"] = "two-sided"
    fdr: Annotated[float, Field(gt=0, lt=1)] = 0.05


class Causes(Section):
    """What may go with change.

    Parameters
    ----------
    covariates
        Columns of the table, or else of the panel or the boundaries; on the embedded census measures of
        `geo_urban.datasets.covariate_columns`, of the first year where none is named.
    source, code
        A table of covariates keyed by code, relative to the study file, and its column of codes.
    response
        ``"change_log"`` or ``"change_share"``.
    """

    covariates: tuple[str, ...] = ()
    source: str | None = None
    code: str | None = None
    response: Literal["change_log", "change_share"] = "change_log"


class Dynamics(Section):
    """A figure at three dates or more.

    Parameters
    ----------
    dates
        Columns of the panel with the same figure at each date, in order, evenly spaced.
    figure
        Whether units are classed by the ``"value"`` at each date, or by its yearly ``"change"`` from date to date.
    classes
        How many classes of as many units each.
    """

    dates: tuple[str, ...] = ()
    figure: Literal["value", "change"] = "value"
    classes: Annotated[int, Field(ge=2, le=9)] = 5


class Economy(Section):
    """Figures of several years in the user's panel: columns whose names end in a year.

    Parameters
    ----------
    indicators
        Figures to follow by group, e.g. ``["gdp_per_head_2015", "gdp_per_head_2019"]``.
    revenue, expenditure
        Of the same budgets and years, in one unit of money.
    """

    indicators: tuple[str, ...] = ()
    revenue: tuple[str, ...] = ()
    expenditure: tuple[str, ...] = ()


class Outputs(Section):
    """What a study writes.

    Parameters
    ----------
    maps, layers, tables, rasters, pictures
        Whether map pages, the GeoPackage, CSV and XLSX tables, GeoTIFFs, and pictures for print are written.
    approval_number
        Number of the approved base map (审图号), which maps of the whole country name.
    language
        ``"en"`` or ``"zh"``; that of the command where not given.
    figures
        Counts of people in ``"persons"`` or ``"wan"`` (万人); that of the command where not given.
    """

    maps: bool = True
    layers: bool = True
    tables: bool = True
    rasters: bool = True
    pictures: bool = True
    approval_number: str = ""
    language: Literal["en", "zh"] | None = None
    figures: Literal["persons", "wan"] | None = None
