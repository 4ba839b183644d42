"""What maps and layer files show of density measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.classing import with_other_classes
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation
from geo_urban.wording import shown_number

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.hierarchy.density_result import DensityResult

__all__ = ["density_presentation"]

# Round limits, so that two maps of densities can be compared; finer ones where these part too few units.
_LADDERS = tuple(
    tuple(step * 10.0**power for power in range(-1, 6) for step in steps) for steps in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7))
)
_FEWEST_LIMITS = 4
_MOST_LIMITS = 6
_SHARES = (0.1, 0.2, 0.4, 0.6, 0.8)
_CELL_SIZE = (
    "Lived density and the Gini and Theil indices depend on the size of the cells: compare results of one size only."
)
_MODELLED = (
    "The population grid is modelled, not counted: totals are spread over cells by assumption. Density per km² repeats "
    "those totals (but for cells that borders cut); lived density, shares and indices repeat the assumption and prove "
    "nothing about it."
)
_INDICES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def density_presentation(result: DensityResult, *, source: str) -> Presentation:
    """Return the presentation of density measures."""
    units = result.units if "name" in result.units.columns else result.units.assign(code=result.units.index.astype(str))
    label = "name" if "name" in result.units.columns else "code"
    layer = Layer(
        name="density",
        title="Units by population density (modelled grid)" if result.modelled else "Units by population density",
        units=units,
        fields=_fields(result),
        label_column=label,
    )
    return Presentation(
        name="population_density",
        title=_title(result),
        layers=(layer,),
        source=source,
        method=Sentence(
            "Each cell counts by the exact share of its area inside a unit (cells of about {size} km²). Lived density "
            "is the density of cells weighted by the people in them; the Gini index compares shares of people with "
            "shares of land, empty cells included.",
            size=f"{result.cell_area_km2:.3g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.density_measures",
        cautions=(_MODELLED, _CELL_SIZE) if result.modelled else (_CELL_SIZE,),
    )


def _title(result: DensityResult) -> str:
    if result.year is None:
        return "Population density (modelled grid)" if result.modelled else "Population density"
    if result.modelled:
        return Sentence("Population density {year} (modelled grid)", year=result.year)
    return Sentence("Population density {year}", year=result.year)


def _fields(result: DensityResult) -> tuple[Field, ...]:
    units, modelled = result.units, result.modelled
    fields = [
        _density("lived_density_per_km2", "Lived density", units, modelled=modelled),
        _density("density_per_km2", "Residents per km²", units, modelled=modelled),
    ]
    if "land_density_per_km2" in units.columns:
        fields.append(_density("land_density_per_km2", "Residents per km² of land", units, modelled=modelled))
    shares = (
        Field(
            column="dense_share",
            label=Sentence(
                "Share of residents living at {threshold} per km² or more",
                threshold=shown_number(result.threshold_per_km2),
            ),
            unit="%",
            scale=100,
            decimals=1,
            classes=Breaks(limits=_SHARES, colors=sequential(len(_SHARES) + 1)),
            modelled=modelled,
        ),
        Field(
            column="density_gini",
            label="Gini index of density",
            decimals=3,
            classes=Breaks(limits=_INDICES, colors=sequential(len(_INDICES) + 1, name="purples")),
            modelled=modelled,
        ),
    )
    return (
        *fields,
        with_other_classes(shares[0], units["dense_share"]),
        with_other_classes(shares[1], units["density_gini"], colors="purples"),
        Field(column="density_theil", label="Theil index of density", decimals=3, modelled=modelled),
        *descriptive_fields(units),
        replace(persons_field("population", "Residents on the grid"), modelled=modelled),
        Field(column="area_km2", label="Area", unit="km²", decimals=1),
    )


def _density(column: str, label: str, units: pd.DataFrame, *, modelled: bool) -> Field:
    limits = _round_limits(units[column])
    field = Field(
        column=column,
        label=label,
        unit="persons/km²",
        decimals=1,
        classes=Breaks(limits=limits, colors=sequential(len(limits) + 1)),
        modelled=modelled,
    )
    return with_other_classes(field, units[column])


def _round_limits(values: pd.Series) -> tuple[float, ...]:
    """Return at most six round limits that part most of the values.

    The rungs of a ladder between the lowest and the highest twentieth of the values; every second one, or fewer, if
    there are more than six. Without a rung between them, the one below the highest value.
    """
    known = values.dropna()
    if known.empty:
        return ()
    low, high = known.quantile(0.05), known.quantile(0.95)
    between = [[rung for rung in ladder if low < rung <= high] for ladder in _LADDERS]
    rungs = next((rungs for rungs in between if len(rungs) >= _FEWEST_LIMITS), between[-1])
    rungs = rungs or [rung for rung in _LADDERS[-1] if rung <= known.max()][-1:]
    step = max(-(-len(rungs) // _MOST_LIMITS), 1)
    return tuple(rungs[::-1][::step][::-1])
