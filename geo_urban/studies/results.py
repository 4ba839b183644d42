"""What an analysis of a study hands on, and what a study leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from geo_urban.presentation import Bars, Presentation, Raster
    from geo_urban.studies.config import Study

__all__ = ["AnalysisOutput", "KeyNumber", "StudyRun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNumber:
    """One number worth a headline.

    Parameters
    ----------
    label
        What it is, an English sentence of the catalogue.
    value
        The number as stored.
    unit
        ``"persons"``, ``"persons/km²"``, ``"%"``, or empty for a count of things.
    scale
        Shown number = stored number × `scale`.
    decimals
        Digits after the point when shown.
    """

    label: str
    value: float
    unit: str = ""
    scale: float = 1.0
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnalysisOutput:
    """One question answered: tables, maps, numbers, and how to read them.

    Parameters
    ----------
    name
        Name of the analysis, as a study file calls it.
    title
        The question, an English sentence of the catalogue.
    tables
        Tables by file name (ASCII letters, digits and ``_``).
    method
        One sentence on how the figures were made, ready to paste.
    citation
        What to cite.
    source
        Where the figures come from.
    headline
        Names of the tables that the study page shows; the others are files only.
    comparisons
        Tables beside published ones, by the same kind of name.
    presentations
        What maps and layer files show; empty for an analysis without units.
    key_numbers
        Numbers worth a headline.
    charts
        Bars that the study page shows beside the tables.
    rasters
        Grids, each written as GeoTIFF under its name and opened by QGIS in the classes of its field.
    parts
        Presentations of a part of the units, by name, and the groups they show (none: as their units do); they are
        pages only, for layer files hold every unit already.
    left_out
        Units that this analysis could not measure, as in `StudyRun.not_joined`; None where it measured all.
    cautions
        What must not be concluded.
    """

    name: str
    title: str
    tables: Mapping[str, pd.DataFrame]
    method: str
    citation: str = ""
    source: str = ""
    headline: tuple[str, ...] = ()
    comparisons: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    presentations: tuple[Presentation, ...] = ()
    key_numbers: tuple[KeyNumber, ...] = ()
    charts: tuple[Bars, ...] = ()
    rasters: tuple[Raster, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: pd.DataFrame | None = None
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyRun:
    """A study that was run.

    Parameters
    ----------
    study
        What was asked.
    outputs
        One answer per analysis, in the study's order.
    folder
        Where the files are.
    files
        Every file written, relative to `folder`, with ``/``.
    not_joined
        Units left out: index ``code``; columns ``name``, ``side``, ``reason``.
    warnings
        Sentences the reader of the result should know.
    provenance
        What ``provenance.json`` says.
    """

    study: Study
    outputs: tuple[AnalysisOutput, ...]
    folder: Path
    files: tuple[str, ...]
    not_joined: pd.DataFrame
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]
