"""What maps and layer files show of corridors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.corridors._show_border import CHANGE_CLASSES, DISPUTED_CAUTION
from geo_urban.corridors._show_ports import PLACED, PORT_CLASSES, UNPLACED
from geo_urban.known_fields import persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation, Size

if TYPE_CHECKING:
    from geo_urban.corridors.corridor_result import CorridorResult

__all__ = ["corridor_cautions", "corridor_method", "corridor_presentation", "link_layer", "strip_layer"]

_ALONG = Category(value="along", label="Along the border", color="#d95f02")
_SPOKE = Category(value="spoke", label="From a port inland", color="#7570b3")
_NAMED = Category(value="named", label="Named corridor", color="#1b9e77")
_KINDS = Categories(items=(_ALONG, _SPOKE, _NAMED))
_LINKS = Categories(
    items=(
        _ALONG,
        Category(value="gap", label="Along the border, gap without a town", color="#fdae61", pattern="dots"),
        Category(value="no way", label="No way on the network", color="#d7191c", pattern="crosshatch"),
        _SPOKE,
        _NAMED,
    )
)
_NODES = Categories(items=(Category(value="town", label="Border town", color="#525252"), *PORT_CLASSES.items))
_ROLES = ("population_end", "population_2020", "huff_people")


def corridor_presentation(result: CorridorResult, *, source: str) -> Presentation:
    """Return the presentation of corridors."""
    return Presentation(
        name="border_corridors",
        title="Border towns and corridors",
        layers=(strip_layer(result), link_layer(result), _node_layer(result)),
        source=source or "Towns, ports and network given by the user.",
        method=corridor_method(result),
        citation=f"geo_urban {__version__} (Python), geo_urban.corridors.border_corridors",
        cautions=corridor_cautions(result),
    )


def corridor_method(result: CorridorResult) -> str:
    """Return in a sentence how corridors were made."""
    return Sentence(
        "Least-time paths between border towns in their order along the border, from ports to inland centres, and "
        "between named stations; strips {width} wide; a gap is {gap} km or more without a town.",
        width=result.width,
        gap=f"{result.max_gap_km:g}",
    )


def corridor_cautions(result: CorridorResult) -> tuple[str, ...]:
    """Return what must not be concluded from corridors."""
    cautions = [
        (
            "A corridor is a path and the strip beside it; that a road joins two towns does not say that anything "
            "moves there."
        ),
        "Roads have one speed each in the default graph: compare times, and do not plan journeys by them.",
        DISPUTED_CAUTION,
    ]
    if result.population_note == "modelled grid":
        cautions.append("People in strips are a range: between spreading residents by area and by settlement classes.")
    return tuple(cautions)


def strip_layer(result: CorridorResult) -> Layer:
    """Return strips as polygons, the largest below, coloured by density where people are known."""
    strips = result.strips
    if "name" not in strips.columns:
        strips = strips.assign(name=strips.index.astype(str))
    strips = strips.iloc[strips["area_km2"].argsort()[::-1]]
    modelled = result.population_note == "modelled grid"
    fields = [
        Field(
            column="density_per_km2",
            label="People per km²",
            unit="persons/km²",
            decimals=1,
            classes=Breaks(limits=(1.0, 5.0, 20.0, 50.0, 100.0, 200.0, 400.0), colors=sequential(8)),
            modelled=modelled,
        ),
        Field(
            column="change_share", label="Change of residents", unit="%", scale=100, decimals=1, classes=CHANGE_CLASSES
        ),
        Field(column="kind", label="Kind of corridor", classes=_KINDS),
        Field(
            column="continuity",
            label="Continuity",
            unit="%",
            scale=100,
            decimals=0,
            classes=Breaks(limits=(0.6, 0.8, 0.9, 0.99), colors=sequential(5, name="purples")),
        ),
        persons_field("population", "People in the strip"),
        persons_field("population_low", "Lower estimate"),
        persons_field("population_high", "Upper estimate"),
        Field(column="length_km", label="Length", unit="km", decimals=0),
        Field(column="minutes", label="Travel time", unit="minutes", decimals=0),
        Field(column="detour", label="Detour", decimals=2),
        Field(column="gaps", label="Gaps", decimals=0),
        Field(column="longest_gap_km", label="Longest gap", unit="km", decimals=0),
        Field(column="spacing_km", label="Median spacing of its towns", unit="km", decimals=0),
        Field(column="towns", label="Towns in the strip", decimals=0),
        persons_field("catchment_people", "Residents for whom its ports are the nearest"),
        Field(column="access_minutes", label="Median time of its towns to a larger city", unit="minutes", decimals=0),
    ]
    present = tuple(field for field in fields if field.column in strips.columns)
    return Layer(name="corridor_strips", title="Strips of corridors", units=strips, fields=present)


def link_layer(result: CorridorResult) -> Layer:
    """Return the links of corridors as lines; gaps and links without a way stand out."""
    lines = result.lines
    if "name" not in lines.columns:
        lines = lines.assign(name=lines["corridor"])
    lines = lines.assign(
        state=[
            "no way" if not reached else "gap" if gap else kind
            for reached, gap, kind in zip(lines["reached"], lines["gap"], lines["kind"], strict=True)
        ],
        start=lines["start"].astype(str),
        end=lines["end"].astype(str),
    )
    return Layer(
        name="corridor_links",
        title="Links of corridors",
        units=lines,
        fields=(
            Field(column="state", label="Kind of corridor", classes=_LINKS),
            Field(column="start", label="From"),
            Field(column="end", label="To"),
            Field(column="km", label="Length", unit="km", decimals=0),
            Field(column="straight_km", label="Straight distance", unit="km", decimals=0),
            Field(column="minutes", label="Travel time", unit="minutes", decimals=0),
            Field(column="detour", label="Detour", decimals=2),
        ),
        over=True,
    )


def _node_layer(result: CorridorResult) -> Layer:
    nodes = result.nodes.copy()
    unknown = nodes["position"].eq("county border") if "position" in nodes.columns else nodes["node"].eq("")
    nodes["node"] = nodes["node"].mask(unknown & nodes["node"].eq(PLACED), UNPLACED)
    if "name" not in nodes.columns:
        nodes["name"] = nodes.index.astype(str)
    fields = [Field(column="node", label="Town or port", classes=_NODES)]
    size = next((column for column in _ROLES if column in nodes.columns), None)
    if size is not None:
        fields.append(persons_field(size, "Residents"))
    if "neighbor" in nodes.columns:
        fields.append(Field(column="neighbor", label="Neighbor"))
    if "border_km" in nodes.columns:
        fields.append(Field(column="border_km", label="Distance to the border", unit="km", decimals=1))
    if "counterpart_en" in nodes.columns:
        fields.append(Field(column="counterpart_en", label="Beyond the border"))
    return Layer(
        name="corridor_nodes",
        title="Border towns and ports",
        units=nodes,
        fields=tuple(fields),
        over=True,
        size=None if size is None else Size(column=size, largest=14.0, smallest=3.0),
    )
