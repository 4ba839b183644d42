"""Names of corridors and their links for readers, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.messages import translate_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.corridors import CorridorResult
    from geo_urban.messages import Language
    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["with_names"]


def with_names(result: CorridorResult, data: BorderData) -> CorridorResult:
    """Return corridors with columns `name` (Chinese) and `name_en`, in place of the codes of their ends.

    Parameters
    ----------
    result
        Corridors by the codes of towns, ports and cities.
    data
        The border of the study, which knows their names.

    Returns
    -------
    CorridorResult
        The same figures.
    """
    lines = result.lines
    zh, en = (_words(data, lines, language) for language in ("zh", "en"))
    first = lines.drop_duplicates("corridor").index
    names = pd.DataFrame(
        {"name": zh.loc[first, "corridor"].to_numpy(), "name_en": en.loc[first, "corridor"].to_numpy()}
    )
    names.index = pd.Index(lines.loc[first, "corridor"])
    strips = result.strips.copy()
    for place, column in enumerate(names.columns):
        strips.insert(place, column, names[column].reindex(strips.index))
    lines = lines.assign(
        name=zh["link"],
        name_en=en["link"],
        start=[_name(data, code) for code in lines["start"]],
        end=[_name(data, code) for code in lines["end"]],
    )
    return replace(result, lines=lines, strips=strips)


def _words(data: BorderData, lines: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the name of each link's corridor and of the link itself."""
    neighbors = _neighbors(data, language)
    corridors, links = [], []
    for row in lines.itertuples():
        ends = f"{_name(data, row.start, language)} – {_name(data, row.end, language)}"
        if row.kind == "along":
            code = str(row.corridor).removeprefix("along ")
            corridors.append(translate_to(language, "Along the border with {neighbor}", neighbor=neighbors[code]))
        else:
            corridors.append(ends if row.kind == "spoke" else translate_to(language, str(row.corridor)))
        links.append(ends)
    return pd.DataFrame({"corridor": corridors, "link": links}, index=lines.index)


def _neighbors(data: BorderData, language: Language) -> Mapping[str, str]:
    known = data.border.neighbors
    wanted = ("name_en", "name") if language == "en" else ("name", "name_en")
    column = next((name for name in wanted if name in known.columns), None)
    return {str(code): str(code) if column is None else str(known[column][code]) for code in known.index}


def _name(data: BorderData, code: object, language: Language = "zh") -> str:
    """Return the name of a town, port or city by its code, which may be a name itself."""
    tables = [data.towns] if data.ports is None else [data.towns, data.ports]
    for table in tables:
        if code in table.index:
            english = table["name_en"].get(code) if language == "en" and "name_en" in table.columns else None
            return str(english if isinstance(english, str) and english else table["name"].get(code, code))
    return str(code)
