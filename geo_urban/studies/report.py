"""The study page: one HTML file that says what was asked, what came out, and how."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from geo_urban.errors import InputError
from geo_urban.messages import current_language, language, translate
from geo_urban.outputs import write_text
from geo_urban.wording import shown_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo_urban.messages import Language
    from geo_urban.typing import FilePath

__all__ = ["FileLink", "KeyFigure", "ReportContent", "TableSection", "shown_table", "write_index"]

_MOST_ROWS = 40
_SENTENCE_LENGTH = 24
_SMALL_CHANCE = 0.001
_CODE = re.compile(r"\d{2,}")
_PICTURE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number worth a headline, in words.

    Parameters
    ----------
    label
        What it is.
    value
        The number as shown, with its unit.
    note
        What must be known to read it; empty for nothing.
    group
        The question it answers; figures of one group stand together. Empty for none.
    """

    label: str
    value: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableSection:
    """One table with its heading.

    Parameters
    ----------
    title
        The question it answers, or what it shows.
    table
        The figures. Columns ending in ``_share`` or ``_rate`` are fractions and shown in percent.
    note
        How to read it: method, differences from what others printed.
    labels
        A reader's name per column.
    file
        Path of the same table as a file, relative to the page; empty for none.
    latex
        Path of it as LaTeX, relative to the page; empty for none.
    """

    title: str
    table: pd.DataFrame
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    latex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file beside the page.

    Parameters
    ----------
    title
        What it shows.
    path
        Where it is, relative to the page, with ``/``.
    note
        One more sentence; empty for none.
    picture
        A small picture of it that goes into the page: a PNG or JPEG file, or the bytes of a PNG; None for none.
    """

    title: str
    path: str
    note: str = ""
    picture: Path | bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportContent:
    """Everything the study page says. Words are sentences of the catalogue or already in the reader's language.

    Parameters
    ----------
    title
        Name of the study.
    question
        What was asked, in a sentence or two.
    settings
        What was looked at: region, years, boundaries, population source, by their names.
    key_figures
        Numbers worth a headline.
    sections
        Tables, ours beside published ones where there are any.
    maps
        Map pages.
    charts
        Charts for print, each with its picture.
    files
        Layer files, tables and other files.
    methods
        One sentence per analysis on how its figures were made.
    provenance
        Inputs, versions and times, by their names.
    cautions
        What the reader must not conclude.
    not_joined
        Units left out: index is the code; columns ``name`` and ``reason`` (others are shown as well). None or empty if
        every unit was joined.
    sources
        Where the figures and the boundaries come from.
    citations
        What to cite.
    """

    title: str
    question: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    key_figures: tuple[KeyFigure, ...] = ()
    sections: tuple[TableSection, ...] = ()
    maps: tuple[FileLink, ...] = ()
    charts: tuple[FileLink, ...] = ()
    files: tuple[FileLink, ...] = ()
    methods: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    not_joined: pd.DataFrame | None = None
    sources: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cell as shown."""

    text: str
    is_number: bool

    @property
    def is_long(self) -> bool:
        """Whether it is a sentence, which needs a wide column to read well."""
        return len(self.text) > _SENTENCE_LENGTH


def write_index(content: ReportContent, path: FilePath, *, language: Language | None = None) -> Path:
    """Write the study page as one file without scripts.

    Parameters
    ----------
    content
        What the page says.
    path
        The file, usually ``index.html`` of the study's folder.
    language
        Language of headings and of the words that the catalogue knows; None for the one in force.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If a link leads out of the study's folder, or a picture is neither PNG nor JPEG.
    OutputError
        If the page cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> content = ReportContent(title="Northeast", key_figures=(KeyFigure(label="Counties", value="264"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_index(content, pathlib.Path(folder) / "index.html", language="en")
    ...     print("<title>Northeast</title>" in page.read_text(encoding="utf-8"))
    True
    """
    return write_text(_rendered(content, code=language or current_language()), path)


def _rendered(content: ReportContent, *, code: Language) -> str:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("geo_urban.studies") / "templates"
    style = (folder / "index.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    with language(code):
        return environment.from_string((folder / "index.html").read_text(encoding="utf-8")).render(
            content=content,
            language=code,
            say=translate,
            table=shown_table,
            grouped=_grouped,
            address=_address,
            picture=_picture,
            style=Markup(style),  # noqa: S704 - our own file
            style_digest=base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
        )


def _grouped(figures: tuple[KeyFigure, ...]) -> list[tuple[str, list[KeyFigure]]]:
    """Return figures by the question they answer, in the order given."""
    groups: dict[str, list[KeyFigure]] = {}
    for figure in figures:
        groups.setdefault(figure.group, []).append(figure)
    return list(groups.items())


def _address(path: str) -> str:
    """Return a relative path as an address; refuse one that leads elsewhere."""
    parts = path.replace("\\", "/").split("/")
    if ":" in parts[0] or path.startswith(("/", "\\")) or ".." in parts:
        raise InputError(
            "the study page would link to {path}, which is not inside its folder. Give a path relative to the page.",
            path=path,
        )
    return quote("/".join(parts))


def _picture(path: Path | bytes) -> str:
    if isinstance(path, bytes):
        return f"data:image/png;base64,{base64.b64encode(path).decode('ascii')}"
    kind = _PICTURE_TYPES.get(path.suffix.lower())
    if kind is None:
        raise InputError("the picture {path} is neither PNG nor JPEG. Convert it.", path=str(path))
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def shown_table(table: pd.DataFrame, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a table as a reader sees it, in the language in force.

    Parameters
    ----------
    table
        The figures.
    labels
        A reader's name per column.

    Returns
    -------
    dict
        ``heads`` (pairs of words and whether the column holds numbers), ``rows`` of cells, and ``more``, how many rows
        are left out.
    """
    flat = _flat(table)
    columns = [_cells(str(name), flat.iloc[:, number]) for number, name in enumerate(flat.columns)]
    heads = [translate((labels or {}).get(str(name), str(name))) for name in flat.columns]
    return {
        "heads": list(zip(heads, (_is_numeric(cells) for cells in columns), strict=True)),
        "rows": list(zip(*columns, strict=True))[:_MOST_ROWS],
        "more": max(0, len(flat) - _MOST_ROWS),
    }


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    flat = table.copy()
    if isinstance(flat.columns, pd.MultiIndex):
        flat.columns = pd.Index([" ".join(str(part) for part in name if str(part)) for name in flat.columns])
    if isinstance(flat.index, pd.RangeIndex) and flat.index.name is None:
        return flat
    if flat.index.nlevels == 1 and flat.index.name is None:
        flat.index = flat.index.rename("")
    return flat.reset_index()


def _is_numeric(cells: list[_Cell]) -> bool:
    return any(cell.is_number for cell in cells)


def _cells(name: str, values: pd.Series) -> list[_Cell]:
    percent = name.endswith(("_share", "_rate"))
    plain = name == "year" or name.endswith("_year")
    chance = name == "p" or name.endswith("_p")
    return [_cell(value, percent=percent, plain=plain, chance=chance) for value in values.astype(object)]


def _cell(value: Any, *, percent: bool, plain: bool, chance: bool) -> _Cell:
    if isinstance(value, (tuple, list)):
        return _Cell(text=", ".join(str(member) for member in value), is_number=False)
    if pd.isna(value):
        return _Cell(text="–", is_number=False)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = str(value)
        # Codes stay as they are; words of ours are put into the reader's language.
        return _Cell(text=text if _CODE.fullmatch(text) else translate(text), is_number=False)
    if chance:
        return _Cell(text=_chance_text(value), is_number=True)
    return _Cell(text=_number_text(value, percent=percent, plain=plain), is_number=True)


def _chance_text(p: float) -> str:
    """Return p as papers print it: no p is zero."""
    return "< 0.001" if p < _SMALL_CHANCE else shown_number(p, decimals=3)


def _number_text(value: float, *, percent: bool, plain: bool) -> str:
    if plain:
        return str(int(value))
    if percent:
        return f"{shown_number(value * 100, decimals=2)}%"
    if float(value).is_integer():
        return shown_number(value, decimals=0)
    return shown_number(value, decimals=2)
