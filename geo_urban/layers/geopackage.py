"""One GeoPackage with the layers of a study: described, styled, and equal on every run."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import pandas as pd
import pyogrio

from geo_urban.checks import require_columns, require_crs, require_unique_index
from geo_urban.errors import AlignmentError, InputError, OutputError
from geo_urban.layers.qgis_style import Kind, field_style, outline_style
from geo_urban.messages import current_language, translate_to
from geo_urban.outputs import replace_when_done
from geo_urban.presentation import Layer, Presentation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_urban.messages import Language
    from geo_urban.presentation import Field
    from geo_urban.typing import FilePath

__all__ = ["write_geopackage"]

Writable: TypeAlias = Presentation | Layer

# The name under which QGIS looks for styles.
_STYLE_TABLE = "layer_styles"
_VERSION = "1.2"  # newer ones bring nothing used here, and programs of a few years ago warn of them
_SCHEMA_EXTENSION = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
_SCHEMA_DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """A layer and the words that came with it."""

    layer: Layer
    words: tuple[tuple[str, str], ...]


def write_geopackage(what: Writable | Sequence[Writable], path: FilePath, *, language: Language | None = None) -> Path:
    """Write layers into one GeoPackage that QGIS opens with the classes and colours of the maps.

    Every mapped field becomes a style of its layer, the first one its default. Codes are text, shares are fractions
    and say so, and each layer carries its source and method. Parts of a layer that come with several presentations
    (the same name, the same units) become one layer with the fields of all.

    Parameters
    ----------
    what
        Presentations or single layers. Geometry is written as it is, in its own CRS: give the full one, not the
        simplified one that maps draw.
    path
        File to write, ending in ``.gpkg``.
    language
        Language of titles, aliases, descriptions and legends; None for the one in force. Column names do not change.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If there is nothing to write, the file name does not end in ``.gpkg``, or a layer lacks a CRS, a column, or has
        a unit twice.
    AlignmentError
        If layers of one name have other units, or another value in the same column.
    OutputError
        If the file cannot be written; an older one is then left as it was.

    Notes
    -----
    The time that the format stores with each layer is ``SOURCE_DATE_EPOCH``, or the first day of 1980: the file's
    contents depend on its input only. The time of the run is in ``provenance.json``.

    Examples
    --------
    >>> import shapely, tempfile
    >>> units = gpd.GeoDataFrame({"name": ["A"]}, index=pd.Index(["010000"], name="adcode"),
    ...                          geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> layer = Layer(name="counties", title="Counties", units=units, fields=())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_geopackage(layer, Path(folder) / "units.gpkg")
    ...     print(gpd.read_file(file, layer="counties")["adcode"].tolist())
    ['010000']
    """
    language = language or current_language()
    described = _merged([what] if isinstance(what, (Presentation, Layer)) else list(what), language=language)
    if not described:
        raise InputError("there is no layer to write. Pass at least one presentation or layer.")
    if Path(path).suffix.lower() != ".gpkg":
        raise InputError(
            "`{path}` does not end in .gpkg, so other programs would not know it for a GeoPackage. Rename it.",
            path=str(path),
        )
    with replace_when_done(path) as temporary, _fixed_time(), _clear_faults(path):
        for number, entry in enumerate(described):
            _write_layer(entry, temporary, append=number > 0, language=language)
        styles = pd.concat([_styles(entry.layer, language=language) for entry in described], ignore_index=True)
        pyogrio.write_dataframe(styles, temporary, layer=_STYLE_TABLE, driver="GPKG", append=True)
        _describe_columns([entry.layer for entry in described], temporary, language=language)
    return Path(path)


def _merged(writables: list[Writable], *, language: Language) -> list[_Described]:
    merged: dict[str, _Described] = {}
    for writable in writables:
        words = _words(writable, language=language) if isinstance(writable, Presentation) else ()
        for layer in writable.layers if isinstance(writable, Presentation) else (writable,):
            _require_writable(layer)
            known = merged.get(layer.name)
            merged[layer.name] = _Described(layer=layer, words=words) if known is None else _joined(known, layer, words)
    return list(merged.values())


def _words(presentation: Presentation, *, language: Language) -> tuple[tuple[str, str], ...]:
    parts = (
        ("SOURCE", presentation.source),
        ("METHOD", presentation.method),
        ("CITATION", presentation.citation),
        ("CAUTION", " ".join(translate_to(language, caution) for caution in presentation.cautions)),
    )
    return tuple((key, translate_to(language, text)) for key, text in parts if text)


def _require_writable(layer: Layer) -> None:
    require_crs(layer.units, argument=layer.name)
    require_unique_index(layer.units, argument=layer.name)
    require_columns(layer.units, [layer.label_column, *(field.column for field in layer.fields)], argument=layer.name)


def _joined(known: _Described, layer: Layer, words: tuple[tuple[str, str], ...]) -> _Described:
    """Return a layer with the fields of two that describe the same units."""
    first, second = known.layer.units, layer.units
    if not first.index.sort_values().equals(second.index.sort_values()):
        raise AlignmentError(
            "two layers are named `{layer}` but have other units, so one file cannot hold both. Rename one of them.",
            layer=layer.name,
        )
    fields, units = list(known.layer.fields), first.copy()
    for field in layer.fields:
        values = second[field.column].reindex(units.index)
        if field.column not in units.columns:
            units[field.column] = values
        elif not units[field.column].astype(object).equals(values.astype(object)):
            raise AlignmentError(
                "two layers named `{layer}` have different values in `{column}`. Rename the column in one of them.",
                layer=layer.name,
                column=field.column,
            )
        if field.column not in {other.column for other in fields}:
            fields.append(field)
    return _Described(
        layer=replace(known.layer, units=units, fields=tuple(fields)),
        words=tuple(dict.fromkeys((*known.words, *words))),
    )


@contextmanager
def _clear_faults(path: FilePath) -> Iterator[None]:
    """Word what GDAL and SQLite say about a disk or a value that they cannot write."""
    try:
        yield
    except (sqlite3.Error, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise OutputError(
            "cannot write `{path}`: {reason}. Nothing was changed there. "
            "Free space, close the file where it is open, or choose another folder.",
            path=str(path),
            reason=str(error),
        ) from error


def _stored_time() -> dt.datetime:
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))  # the first day of 1980, as in our workbooks
    return dt.datetime.fromtimestamp(epoch, tz=dt.UTC)


@contextmanager
def _fixed_time() -> Iterator[None]:
    """Let GDAL store a time that does not depend on when the file is written."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_stored_time():%Y-%m-%dT%H:%M:%S}.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(entry: _Described, path: Path, *, append: bool, language: Language) -> None:
    layer = entry.layer
    text: dict[str, list[str]] = {}
    for key, value in entry.words:
        text.setdefault(key, []).append(value)
    pyogrio.write_dataframe(
        _frame(layer),
        path,
        layer=layer.name,
        driver="GPKG",
        append=append,
        promote_to_multi=True,
        layer_metadata={key: "\n".join(values) for key, values in text.items()} or None,
        dataset_options=None if append else {"VERSION": _VERSION},
        layer_options={
            "IDENTIFIER": translate_to(language, layer.title),
            "DESCRIPTION": " ".join(value for _, value in entry.words),
            "GEOMETRY_NAME": "geom",
        },
    )


def _frame(layer: Layer) -> gpd.GeoDataFrame:
    """Return the columns to write: code as text, name, fields, geometry."""
    units = layer.units
    columns = {_code_column(layer): pd.Series([str(code) for code in units.index], index=units.index)}
    for column in dict.fromkeys((layer.label_column, *(field.column for field in layer.fields))):
        columns[column] = _storable(units[column])
    return gpd.GeoDataFrame(columns, geometry=units.geometry, crs=units.crs).reset_index(drop=True)


def _code_column(layer: Layer) -> str:
    return str(layer.units.index.name or "code")


def _storable(values: pd.Series) -> pd.Series:
    """Return values as GDAL stores them; lists of codes become text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    if values.dtype != object:
        return values
    return values.map(lambda value: ";".join(map(str, value)) if isinstance(value, (tuple, list)) else value)


def _kind(layer: Layer) -> Kind:
    types = set(layer.units.geometry.dropna().geom_type)
    if types <= {"Point", "MultiPoint"}:
        return "marker"
    return "line" if types <= {"LineString", "MultiLineString"} else "fill"


def _styles(layer: Layer, *, language: Language) -> pd.DataFrame:
    kind = _kind(layer)
    styles = {
        translate_to(language, field.label): field_style(field, layer, kind=kind, language=language)
        for field in layer.mapped_fields
    } or {translate_to(language, layer.title): outline_style(layer, kind=kind, language=language)}
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": "geom",
            "styleName": list(styles),
            "styleQML": list(styles.values()),
            "styleSLD": "",
            "useAsDefault": [number == 0 for number in range(len(styles))],
            "description": list(styles),
            "owner": "geo_urban",
            "ui": "",
            "update_time": pd.Timestamp(_stored_time()),  # QGIS sorts by it and finds no style without the column
        }
    )


def _describe_columns(layers: list[Layer], path: Path, *, language: Language) -> None:
    """Write title and description of every column (the schema extension of the format)."""
    rows = [row for layer in layers for row in _column_rows(layer, language=language)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA_EXTENSION)
        connection.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, title, description) VALUES (?, ?, ?, ?)", rows
        )
        connection.executemany(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [(table, _SCHEMA_DEFINITION) for table in ("gpkg_data_columns", "gpkg_data_column_constraints")],
        )


def _column_rows(layer: Layer, *, language: Language) -> Iterator[tuple[str, str, str, str]]:
    described = {field.column: field for field in layer.fields}
    yield layer.name, _code_column(layer), translate_to(language, "Code"), translate_to(language, "Code, as text")
    if layer.label_column not in {*described, _code_column(layer)}:
        yield layer.name, layer.label_column, translate_to(language, "Name"), ""
    for field in layer.fields:
        yield layer.name, field.column, translate_to(language, field.label), _description(field, language=language)


def _description(field: Field, *, language: Language) -> str:
    parts = []
    if field.unit == "%":
        parts.append(translate_to(language, "Stored as a fraction: 0.25 means 25 %."))
    elif field.unit:
        parts.append(translate_to(language, "Unit: {unit}.", unit=translate_to(language, field.unit)))
    if field.modelled:
        parts.append(translate_to(language, "Modelled, not counted."))
    return " ".join(parts)
