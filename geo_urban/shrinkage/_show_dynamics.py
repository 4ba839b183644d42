"""What maps and layer files show of moves between classes, of trends of spots, and of the parts of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import LOCAL_MORAN, diverging, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Pattern, Presentation
from geo_urban.shrinkage._show import unit_layer
from geo_urban.shrinkage.hot_spot_trends import NONE, SPOT_PATTERNS
from geo_urban.shrinkage.markov_results import QUADRANTS

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.shrinkage.hot_spot_trends import EmergingResult
    from geo_urban.shrinkage.markov_results import LisaMarkovResult, SpatialMarkovResult
    from geo_urban.shrinkage.shift_parts import ShiftShareResult

__all__ = [
    "emerging_presentation",
    "lisa_markov_presentation",
    "shift_share_presentation",
    "spatial_markov_presentation",
]

_MOVES = Field(column="moves", label="Moves from date to date", decimals=0)
_LOCAL = Breaks(limits=(-0.3, -0.1, 0.0, 0.1, 0.3), colors=diverging(3, 3))
_QUADRANT_PATTERNS: dict[str, Pattern] = {
    "high-high": "",
    "low-low": "crosshatch",
    "low-high": "dots",
    "high-low": "hatch",
}
_QUADRANT_LABELS = {
    "high-high": "high among high",
    "low-high": "low among high",
    "low-low": "low among low",
    "high-low": "high among low",
}
# A tone (0 darkest) per two patterns, and a drawing per pattern that no kind shares with the other: hot spots are plain
# or lined, cold ones dotted or crossed, so that a print without colours tells all sixteen apart.
_SPOT_TONES: dict[str, tuple[int, bool]] = {
    "intensifying": (0, True),
    "persistent": (0, False),
    "consecutive": (1, True),
    "new": (1, False),
    "diminishing": (2, True),
    "historical": (2, False),
    "oscillating": (3, True),
    "sporadic": (3, False),
}
_SPOT_DRAWINGS: dict[str, tuple[Pattern, Pattern]] = {"hot": ("", "hatch"), "cold": ("dots", "crosshatch")}
_NEUTRAL = "#f7f7f7"


def spatial_markov_presentation(result: SpatialMarkovResult, *, source: str) -> Presentation:
    """Return the presentation of a spatial Markov chain.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    count = len(result.limits) + 1
    classes = Breaks(limits=tuple(number + 0.5 for number in range(1, count)), colors=sequential(count))
    fields = (
        Field(column="class_end", label="Class at the end, 1 lowest", decimals=0, classes=classes),
        Field(column="class_start", label="Class at the start, 1 lowest", decimals=0, classes=classes),
        *descriptive_fields(result.units),
        Field(column="neighbors_end", label="Class of the neighbors at the end", decimals=0),
        _MOVES,
        Field(column="moves_up", label="Moves up", decimals=0),
        Field(column="moves_down", label="Moves down", decimals=0),
    )
    return Presentation(
        name="spatial_markov",
        title="Moves between classes and the neighbors' class",
        layers=(unit_layer("spatial_markov", "Units by class", result.units, fields),),
        source=source,
        method=Sentence(
            "Moves between classes over {dates} dates, by the class of the neighbors' mean; likelihood ratio "
            "{ratio:.3f} with {freedom} degrees of freedom, p = {p:.2g}.",
            dates=len(result.columns),
            ratio=result.likelihood_ratio,
            freedom=result.degrees_of_freedom,
            p=result.likelihood_ratio_p,
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.spatial_markov, with giddy",
        cautions=("The same units are counted at each date and neighbors move together: p is too small.",),
    )


def lisa_markov_presentation(result: LisaMarkovResult, *, source: str) -> Presentation:
    """Return the presentation of moves between quadrants.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    classes = Categories(
        items=tuple(
            Category(
                value=name, label=_QUADRANT_LABELS[name], color=LOCAL_MORAN[name], pattern=_QUADRANT_PATTERNS[name]
            )
            for name in QUADRANTS
        )
    )
    fields = (
        Field(column="quadrant_end", label="Quadrant at the end", classes=classes),
        Field(column="quadrant_start", label="Quadrant at the start", classes=classes),
        *descriptive_fields(result.units),
        _MOVES,
    )
    return Presentation(
        name="lisa_markov",
        title="Moves between quadrants",
        layers=(unit_layer("lisa_markov", "Units by quadrant", result.units, fields),),
        source=source,
        method=Sentence(
            "Quadrants of the Moran scatter plot at each of {dates} dates: a unit and its neighbors' mean, above or "
            "below the mean of the date.",
            dates=len(result.columns),
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.lisa_markov, with giddy",
        cautions=("A quadrant is no cluster: it says on which side of the mean units lie, significant or not.",),
    )


def emerging_presentation(result: EmergingResult, places: gpd.GeoDataFrame | None, *, source: str) -> Presentation:
    """Return the presentation of trends of hot and cold spots.

    Raises
    ------
    GeometryError
        If there is no geometry.
    """
    units = result.units
    if places is not None:
        shown = places.drop(columns=[column for column in units.columns if column in places.columns])
        units = shown.join(units, how="inner")
        if len(units) < len(result.units):
            raise GeometryError(
                "`places` lacks {count} of the {units} units, so they would be missing on the map. "
                "Give the boundaries that the scores were computed on.",
                count=len(result.units) - len(units),
                units=len(result.units),
            )
    fields = (
        Field(column="pattern", label="Hot and cold spots through time", classes=spot_categories()),
        *descriptive_fields(units),
        Field(column="last_z", label="Score at the last date", decimals=2),
        Field(column="trend", label="Trend of the score (Mann–Kendall)", decimals=2),
        Field(column="trend_p", label="p of the trend", decimals=4),
        Field(column="hot", label="Dates as a hot spot", decimals=0),
        Field(column="cold", label="Dates as a cold spot", decimals=0),
    )
    return Presentation(
        name="emerging_hot_spots",
        title="Hot and cold spots through time",
        layers=(unit_layer("emerging_hot_spots", "Units by pattern of spots", units, fields),),
        source=source,
        method=Sentence(
            "Gi* at each of {dates} dates; a spot from a score of ±{limit}, a trend by Mann and Kendall's test at "
            "p ≤ {level}.",
            dates=result.dates,
            limit=f"{result.z_limit:g}",
            level=f"{result.level:g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.emerging_hot_spots",
        cautions=("Scores of each date are not corrected for the number of units: some spots are chance.",),
    )


def shift_share_presentation(result: ShiftShareResult, *, source: str) -> Presentation:
    """Return the presentation of the parts of a change.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    fields = (
        Field(column="local_share", label="Own part of the change", unit="%", scale=100, decimals=1, classes=_LOCAL),
        Field(column="change_share", label="Change of residents", unit="%", scale=100, decimals=1, classes=_LOCAL),
        *descriptive_fields(result.units),
        persons_field("change", "Change"),
        persons_field("level_part", "Part of all units"),
        persons_field("region_part", "Part of the region"),
        persons_field("local_part", "Own part"),
    )
    return Presentation(
        name="shift_share",
        title="Change of residents in parts",
        layers=(unit_layer("shift_share", "Units by their own part of the change", result.units, fields),),
        source=source,
        method=(
            "The change of a unit is what all units together would give it, what its region's difference from them "
            "adds, and what its own difference from the region adds; the three add up to it."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.shift_share",
        cautions=("The parts are arithmetic: they say where a change differs, not why, and depend on the regions.",),
    )


def spot_categories() -> Categories:
    """Return the patterns of hot and cold spots with colours and drawings, hot ones first."""
    sides = {"hot": diverging(4, 0), "cold": diverging(0, 4)[::-1]}
    templates = {"hot": "{pattern} hot spot", "cold": "{pattern} cold spot"}
    items = []
    for kind, tones in sides.items():
        for name in SPOT_PATTERNS:
            tone, drawn = _SPOT_TONES[name]
            items.append(
                Category(
                    value=f"{name} {kind} spot",
                    label=Sentence(templates[kind], pattern=Sentence(name)),
                    color=tones[tone],
                    pattern=_SPOT_DRAWINGS[kind][drawn],
                )
            )
    return Categories(items=(*items, Category(value=NONE, label="no pattern", color=_NEUTRAL)))
