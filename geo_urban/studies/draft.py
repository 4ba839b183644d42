"""Write a study file for a user's own boundaries and panel."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import GeoUrbanWarning, InputError, MissingColumnsError, OutputError
from geo_urban.io import join_panel, read_boundaries, read_panel, recognize_columns
from geo_urban.io.columns import YEAR
from geo_urban.io.panels import read_table
from geo_urban.messages import translate
from geo_urban.outputs import write_text
from geo_urban.studies.loading import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd

    from geo_urban.typing import FilePath

    Ask = Callable[[str, tuple[str, ...]], str]

__all__ = ["StudyDraft", "draft_study"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyDraft:
    """A study file for a user's own data.

    Parameters
    ----------
    path
        Where it was written.
    text
        Its content.
    recognized
        What was recognised or answered, by key of the file.
    joined, not_joined
        How many units the boundaries and the panel share, and how many found no partner.
    warnings
        What the reader should know about the two files.
    """

    path: Path
    text: str
    recognized: Mapping[str, str]
    joined: int
    not_joined: int
    warnings: tuple[str, ...]


def draft_study(
    boundaries: FilePath,
    panel: FilePath,
    *,
    output: FilePath = "study.toml",
    layer: str | None = None,
    sheet: str | None = None,
    code: str | None = None,
    panel_code: str | None = None,
    start: str | None = None,
    end: str | None = None,
    datum: str | None = None,
    crs: str | None = None,
    ask: Ask | None = None,
    overwrite: bool = False,
) -> StudyDraft:
    """Write a study file for a user's own boundaries and panel, and try whether they join.

    Parameters
    ----------
    boundaries, panel
        The two files.
    output
        The study file to write; paths in it are relative to it.
    layer, sheet, code, panel_code, start, end, datum, crs
        What the files leave open: layer of the boundaries, sheet of the panel, code columns of both, columns of
        residents in the first and last year, datum and CRS. What is not given is recognised.
    ask
        Called with a question and the possible answers where nothing can be recognised; None to raise instead.
    overwrite
        Whether an existing study file is replaced.

    Returns
    -------
    StudyDraft
        What was written, recognised and joined.

    Raises
    ------
    InputError
        If a file cannot be used, or a column can neither be recognised nor asked for.
    OutputError
        If the study file exists (and not `overwrite`) or cannot be written.
    """
    target = Path(output).expanduser()
    if target.exists() and not overwrite:
        raise OutputError(
            "{path} exists. Name another file with `--output FILE`, or replace it with `--force`.", path=str(target)
        )
    table = read_table(panel, sheet=sheet)
    found = recognize_columns(table)
    columns = tuple(str(column) for column in table.columns)
    panel_code = (
        panel_code or found.code or _asked(ask, CODE_OF_PANEL, found.candidates["code"] or columns, "--panel-code")
    )
    residents = _residents(found.population, (start, end), columns, ask)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GeoUrbanWarning)
        units = _boundaries(boundaries, code=code, layer=layer, datum=datum, crs=crs, ask=ask)
        joined = join_panel(units, read_panel(panel, code=panel_code, sheet=sheet))
    years = _years(*residents)
    sections: dict[str, dict[str, object]] = {
        "boundaries": {
            "source": _relative(boundaries, target),
            "code": units.attrs["code_column"],
            "name": units.attrs.get("name_column"),
            "layer": layer,
            "datum": datum,
            "crs": int(crs) if crs is not None and crs.isdigit() else crs,
        },
        "population": {
            "source": _relative(panel, target),
            "code": panel_code,
            "sheet": sheet,
            "start": residents[0],
            "end": residents[1],
            **_urban(found.urban, found.rural, years),
            "group": next((name for name in GROUPS if name in joined.units.columns), None),
        },
    }
    text = _text(target, years, sections)
    write_text(text, target)
    return StudyDraft(
        path=target,
        text=text,
        recognized={
            f"{section}.{key}": str(value)
            for section, keys in sections.items()
            for key, value in keys.items()
            if value is not None and key != "source"
        },
        joined=len(joined.units),
        not_joined=len(joined.not_joined),
        warnings=tuple(str(item.message) for item in caught if isinstance(item.message, GeoUrbanWarning)),
    )


# Columns that gather units, best first.
GROUPS = ("province", "省", "省份", "state", "region", "prefecture", "地市", "市")
HEAD_COMMENT = "A study of your own data; `geo-urban run` this file. Every key is explained in docs/study-files.md."
DATUM_COMMENT = "if it was drawn over Amap; bd09 for Baidu, wgs84 or cgcs2000 otherwise"
CODE_OF_PANEL = "Which column of the panel is the code of the units?"
CODE_OF_BOUNDARIES = "Which column of the boundaries is the code of the units?"
FIRST_RESIDENTS = "Which column counts the residents of the first year?"
LAST_RESIDENTS = "Which column counts the residents of the last year?"


def _asked(ask: Ask | None, question: str, answers: tuple[str, ...], option: str) -> str:
    if ask is None:
        raise MissingColumnsError(
            "{question} It cannot be told from names and contents. Say it with `{option} COLUMN`; there are {columns}.",
            question=translate(question),
            option=option,
            columns=listed(answers, most=20),
        )
    return ask(translate(question), answers)


def _residents(
    found: Mapping[int, str], given: tuple[str | None, str | None], columns: tuple[str, ...], ask: Ask | None
) -> tuple[str, str]:
    """Return the columns of residents: those given, else the first and the last year recognised, else as answered."""
    for column in given:
        if column is not None and column not in columns:
            raise MissingColumnsError(
                "the panel has no column `{column}`; it has {columns}.", column=column, columns=listed(columns, most=20)
            )
    several = len(found) > 1
    years = sorted(found)
    first = given[0] or (found[years[0]] if several else _asked(ask, FIRST_RESIDENTS, columns, "--start"))
    last = given[1] or (found[years[-1]] if several else _asked(ask, LAST_RESIDENTS, columns, "--end"))
    return first, last


def _years(first: str, last: str) -> tuple[int, int]:
    """Return the years named in two columns."""
    named = [YEAR.search(column) for column in (first, last)]
    if named[0] is None or named[1] is None or int(named[0].group()) >= int(named[1].group()):
        raise InputError(
            "the years of `{first}` and `{last}` cannot be told from their names. Rename the columns in the panel so "
            "that they hold their years, e.g. population_2010 and population_2020.",
            first=first,
            last=last,
        )
    return int(named[0].group()), int(named[1].group())


def _boundaries(
    path: FilePath, *, code: str | None, layer: str | None, datum: str | None, crs: str | None, ask: Ask | None
) -> gpd.GeoDataFrame:
    try:
        return read_boundaries(path, code=code, layer=layer, datum=datum, crs=crs)
    except MissingColumnsError:
        if code is not None:
            raise
        answer = _asked(ask, CODE_OF_BOUNDARIES, _fields(path, layer), "--code")
        return read_boundaries(path, code=answer, layer=layer, datum=datum, crs=crs)


def _fields(path: FilePath, layer: str | None) -> tuple[str, ...]:
    import pyogrio

    if Path(path).suffix.lower() in {".parquet", ".geoparquet"}:
        import pyarrow.parquet

        return tuple(pyarrow.parquet.read_schema(path).names)
    return tuple(str(field) for field in pyogrio.read_info(path, layer=layer)["fields"])


def _urban(urban: Mapping[int, str], rural: Mapping[int, str], years: tuple[int, int]) -> dict[str, object]:
    """Return the keys of urban and rural residents where both years have a column."""
    keys: dict[str, object] = {}
    for kind, columns in (("urban", urban), ("rural", rural)):
        if all(year in columns for year in years) and (kind == "urban" or keys):
            keys |= {f"{kind}_start": columns[years[0]], f"{kind}_end": columns[years[1]]}
    return keys


def _relative(source: FilePath, target: Path) -> str:
    """Return a file's path from the study file, with ``/`` on every system; absolute on another drive."""
    place = Path(source).expanduser().resolve()
    try:
        return Path(os.path.relpath(place, target.resolve().parent)).as_posix()
    except ValueError:
        return place.as_posix()


def _text(target: Path, years: tuple[int, int], sections: Mapping[str, Mapping[str, object]]) -> str:
    analyses = ["change", "urbanization", "outflow", "burden", "town_share"]
    if "urban_start" not in sections["population"]:
        analyses = ["change"]
    lines = [
        f"# {translate(HEAD_COMMENT)}",
        f"name = {_toml(file_name(target.name))}",
        'title = ""',
        'question = ""',
        f"years = {_toml(list(years))}",
        f"analyses = {_toml(analyses)}",
    ]
    for section, keys in sections.items():
        lines += ["", f"[{section}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in keys.items() if value is not None]
        if section == "boundaries" and keys["datum"] is None:
            lines.append(f'# datum = "gcj02"  # {translate(DATUM_COMMENT)}')
    return "\n".join([*lines, "", "[outputs]", "maps = true", "layers = true", "tables = true", ""])


def _toml(value: object) -> str:
    # JSON texts, numbers and lists of them are TOML too.
    return json.dumps(value, ensure_ascii=False)
