"""Run a study: read, analyse, draw, write."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.errors import GeoUrbanWarning
from geo_urban.messages import Sentence, current_language, translate
from geo_urban.messages import language as speaking
from geo_urban.outputs import write_text
from geo_urban.progress import step, track
from geo_urban.studies.context import context_of
from geo_urban.studies.output_folder import PROVENANCE, replaced_as_a_whole
from geo_urban.studies.provenance import provenance_of
from geo_urban.studies.published_tables import beside_published
from geo_urban.studies.results import StudyRun
from geo_urban.studies.steps import ANALYSES
from geo_urban.studies.words import COLUMN_LABELS, TABLE_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from geo_urban.presentation import Presentation
    from geo_urban.studies.config import Study
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput
    from geo_urban.typing import FilePath
    from geo_urban.wording import Figures

__all__ = ["run_study"]

NOT_JOINED = "not_joined"


def run_study(
    study: Study,
    *,
    output: FilePath,
    language: str | None = None,
    figures: Figures | None = None,
) -> StudyRun:
    """Run a study and write its page, maps, layers, tables and provenance.

    The folder is written as a whole or not at all. An earlier result there is replaced; files that are not ours are
    kept, and a folder that holds only such files is refused.

    Parameters
    ----------
    study
        What to ask; from `load_study`.
    output
        Folder for the result.
    language
        ``"en"`` or ``"zh"``; by default the study's own choice, else the language in force.
    figures
        Counts of people in ``"persons"`` or ``"wan"`` (万人) on pages; by default the study's own choice, else persons.
        Tables always hold persons.

    Returns
    -------
    StudyRun
        Answers, files, units left out, warnings and provenance.

    Raises
    ------
    StudyFileError
        If an analysis needs figures that the study does not name.
    InputError
        If a file of the study cannot be used; every fault says its cure.
    DataSourceError
        If a file or the embedded data cannot be read.
    OutputError
        If the result cannot be written there.

    Examples
    --------
    >>> from geo_urban.studies import load_study
    >>> run_study(load_study("northeast"), output="out/northeast")  # doctest: +SKIP
    """
    spoken = language or study.outputs.language or current_language()
    shown = figures or study.outputs.figures or "persons"
    with speaking(spoken), _collected_warnings() as said, replaced_as_a_whole(output) as folder:
        context = context_of(study)
        outputs = _analysed(context)
        not_joined = _left_out(context, outputs)
        with step(translate("Writing tables and layers")):
            _write_files(study, outputs, not_joined, folder)
        small = _draw(context, outputs, folder, figures=shown)
        _write_index(context, outputs, folder, not_joined=not_joined, figures=shown, said=said, small=small)
        files = _written(folder)
        provenance = provenance_of(
            study,
            inputs=context.inputs,
            outputs=outputs,
            folder=folder,
            written=files,
            settings={"language": spoken, "figures": shown},
            warnings=said,
        )
        write_text(json.dumps(provenance, ensure_ascii=False, indent=2) + "\n", folder / PROVENANCE)
    return StudyRun(
        study=study,
        outputs=outputs,
        folder=Path(output).expanduser().resolve(),
        files=(*files, PROVENANCE),
        not_joined=not_joined,
        warnings=tuple(said),
        provenance=provenance,
    )


@contextmanager
def _collected_warnings() -> Iterator[list[str]]:
    """Collect what the reader of the result should know; warnings of other kinds pass on."""
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always", GeoUrbanWarning)
        show = warnings.showwarning

        def listen(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if not isinstance(message, GeoUrbanWarning):
                show(message, category, *where, **more)
            elif str(message) not in said:
                said.append(str(message))

        warnings.showwarning = listen
        yield said


def _analysed(context: StudyContext) -> tuple[AnalysisOutput, ...]:
    with step(translate("Reading boundaries and figures")):
        _ = context.units
        context.check()
    named = track(context.study.analyses, description=translate("Analysing"))
    return tuple(beside_published(ANALYSES[name].run(context), context) for name in named)


def _left_out(context: StudyContext, outputs: tuple[AnalysisOutput, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = [context.data.not_joined, *(each.left_out for each in outputs if each.left_out is not None)]
    filled = [table for table in rows if not table.empty]
    return pd.concat(filled) if filled else rows[0]


def _write_files(study: Study, outputs: tuple[AnalysisOutput, ...], not_joined: pd.DataFrame, folder: Path) -> None:
    from geo_urban.layers import write_geopackage, write_tables

    if not study.outputs.tables:  # whoever was left out is told all the same
        write_tables({NOT_JOINED: not_joined}, folder / "tables", workbook="")
    else:
        tables = {name: table for each in outputs for name, table in {**each.tables, **each.comparisons}.items()}
        write_tables(
            tables | {NOT_JOINED: not_joined},
            folder / "tables",
            source=" · ".join(dict.fromkeys(translate(each.source) for each in outputs)),
            method=" ".join(dict.fromkeys(translate(each.method) for each in outputs)),
            titles=TABLE_TITLES,
            labels=COLUMN_LABELS,
            workbook=f"{study.name}.xlsx",
        )
    presentations = [shown for each in outputs for shown in each.presentations if shown.name not in each.parts]
    if study.outputs.layers and presentations:
        write_geopackage(presentations, folder / "layers" / f"{study.name}.gpkg")
    if study.outputs.rasters:
        _write_rasters(outputs, folder / "rasters")


def _write_rasters(outputs: tuple[AnalysisOutput, ...], folder: Path) -> None:
    """Write grids, each with a style beside it that QGIS finds by its name."""
    from geo_urban.io import write_grid
    from geo_urban.layers.qgis_raster_style import raster_style

    for each in outputs:
        for raster in each.rasters:
            write_grid(raster.grid, folder / f"{raster.name}.tif")
            style = raster_style(raster.field, language=current_language())
            write_text(style, folder / f"{raster.name}.qml")


def _draw(
    context: StudyContext, outputs: tuple[AnalysisOutput, ...], folder: Path, *, figures: Figures
) -> dict[str, bytes]:
    """Draw map pages and pictures for print, and return small pictures for the study page."""
    from geo_urban.maps import draw, save_page
    from geo_urban.studies.stills import draw_charts, draw_stills

    wanted, small = context.study.outputs, {}
    drawn = _light(context, outputs) if wanted.maps or wanted.pictures else ()
    if wanted.maps:
        for shown in track(drawn, description=translate("Drawing maps")):
            save_page(draw(shown, figures=figures, simplify=False), folder / "maps" / f"{shown.name}.html")
    if wanted.pictures:
        with step(translate("Drawing pictures for print")):
            small = draw_stills(drawn, folder, figures=figures) | draw_charts(outputs, folder, figures=figures)
    return small


def _light(context: StudyContext, outputs: tuple[AnalysisOutput, ...]) -> tuple[Presentation, ...]:
    """Return what maps show on geometry light enough for a page, with the outlines of groups over it."""
    from geo_urban.maps import with_drawing, with_outlines, with_sheet
    from geo_urban.maps.drawing import drawings_of, outlines_of
    from geo_urban.studies.drawings import kept_drawing

    presentations = [shown for each in outputs for shown in each.presentations]
    if not presentations:
        return ()
    with step(translate("Simplifying borders for maps")):
        drawings = drawings_of(presentations, draw=kept_drawing)
        outlines = None
        if context.group is not None:
            units = drawings.get(context.data.unit_layer)
            outlines = outlines_of(
                kept_drawing(context.units) if units is None else units, context.units[context.group]
            )
    parts = {name: groups for each in outputs for name, groups in each.parts.items()}
    light = []
    for shown in presentations:
        drawn = with_drawing(replace(shown, title=_page_title(shown.title, context.study.title)), drawings)
        part = parts.get(shown.name)
        if outlines is not None:
            drawn = with_outlines(
                drawn, outlines if part is None else _outlines_of_part(drawn, part, outlines, context)
            )
        light.append(drawn if context.sheet is None or part is not None else with_sheet(drawn, context.sheet))
    return tuple(light)


def _outlines_of_part(
    drawn: Presentation, groups: tuple[str, ...], outlines: gpd.GeoSeries, context: StudyContext
) -> gpd.GeoSeries:
    """Return the outlines of the groups that a part names; where it names none, as far as its units show them."""
    from geo_urban.maps.drawing import outlines_of

    units = drawn.layers[0].units
    if groups or context.group not in units.columns:
        return outlines[outlines.index.isin(groups)]
    return outlines_of(units.geometry, units[context.group])


def _page_title(subject: str, study: str) -> str:
    # A page that is passed on by itself must still say of where and when it speaks.
    if not study:
        return subject
    return Sentence("{subject} · {study}", subject=Sentence(subject), study=Sentence(study))


def _write_index(
    context: StudyContext,
    outputs: tuple[AnalysisOutput, ...],
    folder: Path,
    *,
    not_joined: pd.DataFrame,
    figures: Figures,
    said: list[str],
    small: dict[str, bytes],
) -> None:
    from geo_urban.studies.page import page_content
    from geo_urban.studies.paper import write_paper_tables
    from geo_urban.studies.report import write_index

    content = page_content(
        context, outputs, files=_written(folder), not_joined=not_joined, figures=figures, warnings=said, small=small
    )
    write_paper_tables(content.sections, folder)
    write_index(content, folder / "index.html")


def _written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
