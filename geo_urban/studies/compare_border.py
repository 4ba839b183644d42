"""The land border beside published figures: other lines and other counts, shown and never scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.compare import beside
from geo_urban.studies.steps.step import figure_of

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["compare_land_border"]

_PERCENT = 100


def compare_land_border(data: BorderData, *, national: bool) -> pd.DataFrame:
    """Set length, shares, border counties and ports beside what others print.

    Parameters
    ----------
    data
        The border of the embedded boundaries.
    national
        Whether it is that of the whole country; a part of it has no figure to stand beside.

    Returns
    -------
    pandas.DataFrame
        See `geo_urban.studies.compare.beside`. Every row has a reason: a line has no length without its detail.
    """
    from geo_urban.datasets import published

    printed = published("land_border")
    mine = printed[["measure", "group", "year"]].assign(value=_ours(data, printed) if national else float("nan"))
    if not national:
        mine = mine.iloc[:0]
    return beside(mine, printed, reasons=REASONS if national else None)


REASONS: dict[tuple[str | None, ...], str] = {
    ("land_border", None, None): "the length grows with the detail of the line: ours has a vertex every 0.11 km",
    (
        "land_border_share",
        None,
        None,
    ): "round figures of another line; whoever adds provincial figures adds other detail",
    (
        "border_counties",
        None,
        None,
    ): "no list by name is printed; the table of minimum lengths shows what the count depends on",
    (
        "land_ports",
        None,
        None,
    ): "ours are first-class land ports and river ports; second-class ports and footpaths are not in it",
}


def _ours(data: BorderData, printed: pd.DataFrame) -> list[float]:
    from geo_urban.studies.steps.border_line import border_by_macro_region

    regions = border_by_macro_region(data)
    measured = {
        ("land_border", "nation"): data.border.length_km,
        ("land_border", "west"): figure_of(regions, "west", "border_km"),
        ("land_border_share", "west"): figure_of(regions, "west", "border_share") * _PERCENT,
        ("border_counties", "nation"): float(len(data.border_units)),
        ("land_ports", "nation"): float("nan") if data.ports is None else float(len(data.ports)),
    }
    keys = zip(printed["measure"], printed["group"], strict=True)
    return [measured[key] for key in keys]
