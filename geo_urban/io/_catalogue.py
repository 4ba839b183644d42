"""What can be fetched by name, and the address of each file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Entry", "Wanted", "catalogue", "wanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A data set of the catalogue."""

    name: str
    title: str
    base: str
    quantity: str
    years: tuple[int, ...]
    region: Literal["country", "tile", "none"]
    licence: str
    credit: str
    files: Mapping[str, str]  # by resolution; the first is the default


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file of a data set: which one, and where it lies under the base address."""

    entry: Entry
    year: int | None
    region: str | None
    resolution: str
    path: str


@cache
def catalogue() -> dict[str, Entry]:
    """Return every data set by name."""
    text = (files("geo_urban.io") / "catalogue.toml").read_text(encoding="utf-8")
    return {
        name: Entry(name=name, **{**entry, "years": tuple(entry["years"])})
        for name, entry in tomllib.loads(text).items()
    }


def wanted(name: str, *, year: int | None, region: str | None, resolution: str | None) -> Wanted:
    """Return the file that is meant, or every reason why none is."""
    entry = catalogue().get(name)
    if entry is None:
        raise InputError(
            "there is no data set `{name}` to fetch; there are {known}. Did you mean `{near}`?",
            name=name,
            known=listed(catalogue(), most=20),
            near=nearest_name(name, list(catalogue())) or next(iter(catalogue())),
        )
    faults: list[InputError] = []
    chosen_year = _year(entry, year, faults)
    chosen = _resolution(entry, resolution, faults)
    place = _region(entry, region, faults)
    raise_faults(faults)
    path = entry.files[chosen].format(year=chosen_year, iso3=(place or "").lower(), ISO3=place)
    if entry.region == "tile" and place:
        folder, _, file = path.rpartition("/")
        path = f"{folder}/tiles/{file.removesuffix('.zip')}_{place}.zip"
    return Wanted(entry=entry, year=chosen_year, region=place, resolution=chosen, path=path)


def _year(entry: Entry, year: int | None, faults: list[InputError]) -> int | None:
    if year is None and len(entry.years) <= 1:
        return entry.years[0] if entry.years else None
    if year in entry.years:
        return year
    faults.append(
        InputError(
            "`year` = {year} is not in {name}, which has {years}. Name one of them.",
            year=year,
            name=entry.name,
            years=_shown(entry.years),
        )
    )
    return None


def _shown(years: Sequence[int]) -> str:
    if not years:
        return "—"
    steps = {after - before for before, after in pairwise(years)}
    return f"{years[0]} – {years[-1]}" if steps == {1} else listed(years, most=20)


def _resolution(entry: Entry, resolution: str | None, faults: list[InputError]) -> str:
    known = list(entry.files)
    if resolution is None:
        return known[0]
    same = [each for each in known if each.lower() == resolution.lower()]
    if not same:
        faults.append(
            InputError(
                "`resolution` = {resolution} is not in {name}, which has {known}. Name one of them.",
                resolution=resolution,
                name=entry.name,
                known=listed(known),
            )
        )
    return same[0] if same else known[0]


def _region(entry: Entry, region: str | None, faults: list[InputError]) -> str | None:
    text = (region or "").strip().upper()
    form = {"country": r"[A-Z]{3}", "tile": r"(?:R\d{1,2}_C\d{1,2})?", "none": ""}[entry.region]
    if re.fullmatch(form, text):
        return text or None
    faults.append(_no_region(entry, region))
    return None


def _no_region(entry: Entry, region: str | None) -> InputError:
    if entry.region == "country":
        return InputError(
            "`region` = {region} is not a country of {name}: give its code of three letters (ISO 3166), "
            "e.g. `KOR` for South Korea.",
            region=region,
            name=entry.name,
        )
    if entry.region == "tile":
        return InputError(
            "`region` = {region} is not a tile of {name}: give row and column as the publisher's map shows them, "
            "e.g. `R5_C30`, or nothing for the whole world.",
            region=region,
            name=entry.name,
        )
    return InputError(
        "`region` = {region} is not possible for {name}, which is one file of the whole world. Leave it out; "
        "`read_grid(…, window=…)` reads a part.",
        region=region,
        name=entry.name,
    )
