"""A study file: what to ask, of which units, with which figures, and what to write."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError, StudyFileError, raise_faults
from geo_urban.studies._toml_lines import line_of
from geo_urban.studies.steps import ANALYSES, PARTS, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_urban.typing import FilePath

__all__ = [
    "Boundaries",
    "Grid",
    "Outputs",
    "Population",
    "Study",
    "builtin_studies",
    "file_name",
    "load_study",
    "study_from_mapping",
    "study_from_text",
]

EMBEDDED_BOUNDARIES = ("amap", "tianditu")
EMBEDDED_POPULATION = "census"
MODELLED_GRID = "modelled"
MODELLED_YEARS = (2010, 2020)
FIRST_YEAR, LAST_YEAR = 1700, 2200


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Boundaries(_Part):
    """The units of a study.

    Parameters
    ----------
    source
        ``"amap"`` or ``"tianditu"`` (the embedded default), or a file, relative to the study file.
    code, name
        Columns of codes and names; recognised where not given.
    layer
        Layer of a file with several.
    datum
        ``"wgs84"``, ``"cgcs2000"``, ``"gcj02"`` or ``"bd09"``; unknown where not given.
    crs
        CRS of a file that does not say it, e.g. ``4490``.
    repair
        Whether invalid polygons are repaired instead of refused.
    """

    source: str = "amap"
    code: str | None = None
    name: str | None = None
    layer: str | None = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    crs: int | str | None = None
    repair: bool = False

    @property
    def embedded(self) -> bool:
        """Whether the units are those of the package."""
        return self.source in EMBEDDED_BOUNDARIES


class Population(_Part):
    """The people of a study.

    Parameters
    ----------
    source
        ``"census"`` (the embedded default), or a table keyed by code, relative to the study file.
    code, sheet
        Column of codes and sheet of a workbook; recognised where not given.
    start, end
        Columns of residents in the first and the last year.
    urban_start, urban_end
        Columns of urban residents, where there are any.
    rural_start, rural_end
        Columns of rural residents; total minus urban where not given.
    group
        Column that gathers units (a province, say) for totals; of the panel or the boundaries.
    missing
        ``"refuse"`` a panel with missing population, or ``"list"`` those units as not joined.
    """

    source: str = EMBEDDED_POPULATION
    code: str | None = None
    sheet: str | None = None
    start: str | None = None
    end: str | None = None
    urban_start: str | None = None
    urban_end: str | None = None
    rural_start: str | None = None
    rural_end: str | None = None
    group: str | None = None
    missing: Literal["refuse", "list"] = "refuse"

    @property
    def embedded(self) -> bool:
        """Whether the figures are those of the package."""
        return self.source == EMBEDDED_POPULATION


class Grid(_Part):
    """The population grid of a study.

    Parameters
    ----------
    source
        ``"modelled"`` (the default grid, spread from the census), or a raster: a path relative to the study file, or a
        URL.
    quantity
        Whether a cell holds people (``"count"``) or people per km² (``"density"``); needed with a raster.
    nodata
        Number that marks missing cells, where the raster does not say it.
    band, layer
        Band (counted from 1) or variable of a raster with several.
    crs
        CRS of a raster that does not say it, e.g. ``4326``.
    year
        Year of the grid's figures; that of the raster, or the last year of the study for the modelled grid, where not
        given.
    threshold_per_km2
        Density from which on a cell counts as dense [persons/km²].
    outer_cells
        What becomes of the people of cells that reach beyond all units: ``"cut"`` or ``"keep"``; where not given, they
        are kept if the grid is modelled from these units, else cut.
    land_area
        Column of land areas [km²] of the user's own units.
    """

    source: str = MODELLED_GRID
    quantity: Literal["count", "density"] | None = None
    nodata: float | None = None
    band: Annotated[int, Field(ge=1)] | None = None
    layer: str | None = None
    crs: int | str | None = None
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    threshold_per_km2: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1500.0
    outer_cells: Literal["cut", "keep"] | None = None
    land_area: str | None = None

    @property
    def modelled(self) -> bool:
        """Whether it is the modelled grid of the package."""
        return self.source == MODELLED_GRID

    @property
    def remote(self) -> bool:
        """Whether it is read from a URL."""
        return "://" in self.source


class Outputs(_Part):
    """What a study writes.

    Parameters
    ----------
    maps, layers, tables, rasters
        Whether map pages, the GeoPackage, CSV and XLSX tables, and GeoTIFFs are written.
    language
        ``"en"`` or ``"zh"``; that of the command where not given.
    figures
        Counts of people in ``"persons"`` or ``"wan"`` (万人); that of the command where not given.
    """

    maps: bool = True
    layers: bool = True
    tables: bool = True
    rasters: bool = True
    language: Literal["en", "zh"] | None = None
    figures: Literal["persons", "wan"] | None = None


class Study(_Part):
    """A study: a question, its units and figures, the analyses, and what to write.

    Parameters
    ----------
    name
        Name for folders and files: lower-case ASCII letters, digits, ``-`` and ``_``.
    title, question, summary
        Words for the page; sentences of the catalogue are translated.
    region
        Provinces, prefectures or groups by name or code; empty for all units.
    years
        First and last year of the figures.
    analyses
        Names of analyses, in order.
    published
        Published tables to set beside ours.
    seed
        Seed of whatever draws random numbers.
    boundaries, population, grid, outputs
        The sections of the file; no grid is None.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str = ""
    question: str = ""
    summary: str = ""
    region: str = ""
    years: tuple[
        Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)], Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    ] = (2010, 2020)
    analyses: Annotated[tuple[str, ...], Field(min_length=1)]
    published: tuple[str, ...] = ()
    seed: Annotated[int, Field(ge=0)] = 0
    boundaries: Boundaries = Boundaries()
    population: Population = Population()
    grid: Grid | None = None
    outputs: Outputs = Outputs()
    _folder: Path = PrivateAttr(default_factory=Path)

    @field_validator("analyses")
    @classmethod
    def _known_analyses(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in ANALYSES:
                raise StudyFileError(
                    "there is no analysis `{name}`; there are {known}. Did you mean `{near}`?",
                    name=name,
                    known=listed(ANALYSES, most=20),
                    near=nearest_name(name, list(ANALYSES)) or next(iter(ANALYSES)),
                )
        if len(set(names)) < len(names):
            raise StudyFileError("an analysis stands twice in {names}. Name each once.", names=listed(names, most=20))
        return names

    @field_validator("published")
    @classmethod
    def _known_tables(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in PUBLISHED:
                raise StudyFileError(
                    "there is no published table `{name}`; there are {known}. Did you mean `{near}`?",
                    name=name,
                    known=listed(PUBLISHED, most=20),
                    near=nearest_name(name, list(PUBLISHED)) or next(iter(PUBLISHED)),
                )
        return names

    @model_validator(mode="after")
    def _coherent(self) -> Study:
        raise_faults(
            [*_fault_of_years(self), *_faults_of_sources(self), *_faults_of_grid(self), *_faults_of_published(self)]
        )
        return self

    def path(self, source: str) -> Path:
        """Return the file that `source` names, relative to the study file."""
        return self._folder / Path(source).expanduser()

    def placed_in(self, folder: Path) -> Study:
        """Return the study with relative paths starting from `folder`."""
        placed = self.model_copy()
        placed._folder = folder  # noqa: SLF001 - our own copy
        return placed

    @property
    def without_panel(self) -> bool:
        """Whether the units are the user's own and nothing but a grid counts their people."""
        needs = frozenset().union(*(ANALYSES[name].needs for name in self.analyses))
        return not self.boundaries.embedded and self.population.embedded and needs == {"grid"}

    @property
    def chosen_grid(self) -> Grid:
        """The population grid: that of the file, else the modelled one."""
        return self.grid or Grid()

    @property
    def grid_year(self) -> int | None:
        """Year of the grid's figures; None where only the raster itself can say."""
        grid = self.chosen_grid
        return self.years[1] if grid.year is None and grid.modelled else grid.year

    @property
    def elapsed_years(self) -> float:
        """Years between the first and the last figure."""
        return float(self.years[1] - self.years[0])


def _fault_of_years(study: Study) -> list[InputError]:
    start, end = study.years
    if start >= end:
        return [
            StudyFileError(
                "`years` = [{start}, {end}] does not go forward in time. Put the earlier year first.",
                start=start,
                end=end,
            )
        ]
    if study.population.embedded and not study.without_panel and (start, end) != (2010, 2020):
        return [
            StudyFileError(
                "`years` = [{start}, {end}], but the embedded census has 2010 and 2020 only. Use these years, "
                "or bring your own figures: `source` under [population].",
                start=start,
                end=end,
            )
        ]
    return []


def _faults_of_sources(study: Study) -> list[InputError]:
    faults: list[InputError] = []
    if study.population.embedded and not study.boundaries.embedded and not study.without_panel:
        faults.append(
            StudyFileError(
                "[boundaries] names your own file ({boundaries}), but [population] does not: figures belong to the "
                "units they were counted in. Name your panel: `source`, `start` and `end` under [population].",
                boundaries=study.boundaries.source,
            )
        )
    if not study.population.embedded and (study.population.start is None or study.population.end is None):
        faults.append(
            StudyFileError(
                "[population] names your own panel ({panel}) but not its columns. Add `start` and `end`: the columns "
                "of residents in {first} and {last}.",
                panel=study.population.source,
                first=study.years[0],
                last=study.years[1],
            )
        )
    if study.population.embedded and study.boundaries.source == "tianditu":
        faults.append(
            StudyFileError(
                'the embedded census is counted on the units of `source = "amap"`; Tianditu has newer divisions, on '
                'which nobody was counted. Set `source = "amap"` under [boundaries], or bring a panel on the newer '
                "codes."
            )
        )
    given = {name for name in _CENSUS_KNOWS if getattr(study.population, name) is not None}
    given -= {"group"} if study.without_panel else set()
    if study.population.embedded and given:
        faults.append(
            StudyFileError(
                "[population] sets {keys}, which only a panel of your own can have. Name it as `source`, or drop "
                "these keys.",
                keys=listed(sorted(given)),
            )
        )
    return faults


def _faults_of_grid(study: Study) -> list[InputError]:
    grid = study.grid
    if grid is None:
        return []
    faults: list[InputError] = []
    if not any("grid" in ANALYSES[name].needs for name in study.analyses):
        faults.append(
            StudyFileError(
                'there is a [grid], but no analysis reads it. Add "density" to `analyses`, or take the section out.'
            )
        )
    given = [name for name in _RASTER_KEYS if getattr(grid, name) is not None]
    if grid.modelled and given:
        faults.append(
            StudyFileError(
                "[grid] sets {keys}, which the modelled grid knows by itself. Name your raster as `source`, or drop "
                "these keys.",
                keys=listed(given),
            )
        )
    if grid.modelled and study.grid_year not in MODELLED_YEARS:
        faults.append(
            StudyFileError(
                "the modelled grid is there for {known}, not for {year}. Set `year` under [grid], or name a raster of "
                "that year as `source`.",
                known=listed(MODELLED_YEARS),
                year=study.grid_year,
            )
        )
    if not grid.modelled and grid.quantity is None:
        faults.append(
            StudyFileError(
                "[grid] does not say what the cells of {source} hold; a wrong guess is off by the area of a cell. Add "
                '`quantity = "count"` (people per cell) or `quantity = "density"` (people per km²).',
                source=grid.source,
            )
        )
    if grid.land_area is not None and study.boundaries.embedded:
        faults.append(
            StudyFileError(
                "[grid] sets `land_area`, but the embedded units know their land. Take it out, or name your own "
                "boundaries."
            )
        )
    return faults


def _faults_of_published(study: Study) -> list[InputError]:
    if not study.published:
        return []
    if not study.population.embedded:
        return [
            StudyFileError(
                "`published` names tables of Chinese studies ({tables}), but the figures are your own, so the two "
                "cannot be compared. Take `published` out.",
                tables=listed(study.published),
            )
        ]
    homeless = [name for name in study.published if PUBLISHED[name] not in study.analyses]
    return [
        StudyFileError(
            "the published table `{table}` stands beside the analysis `{analysis}`, which is not in `analyses`. "
            "Add it, or take the table out.",
            table=name,
            analysis=PUBLISHED[name],
        )
        for name in homeless
    ]


_RASTER_KEYS = ("quantity", "nodata", "band", "layer", "crs")
_CENSUS_KNOWS = ("code", "sheet", "start", "end", "urban_start", "urban_end", "rural_start", "rural_end", "group")


def builtin_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with the package.

    Returns
    -------
    tuple of str
        Names to give to `load_study`.

    Examples
    --------
    >>> "northeast" in builtin_studies()
    True
    """
    folder = files("geo_urban.studies") / "builtin"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_study(name_or_path: FilePath) -> Study:
    """Load a study: one that comes with the package, by name, or a study file.

    Parameters
    ----------
    name_or_path
        Name of a built-in study (`builtin_studies`) or path of a TOML file.

    Returns
    -------
    Study
        Checked; relative paths start from the file's folder.

    Raises
    ------
    StudyFileError
        If there is no such study, or the file is no TOML, or keys are unknown or values do not fit; every fault
        names its line and the nearest key there is.

    Examples
    --------
    >>> load_study("northeast").years
    (2010, 2020)
    """
    text_name = str(name_or_path)
    if text_name in builtin_studies():
        content = (files("geo_urban.studies") / "builtin" / f"{text_name}.toml").read_text(encoding="utf-8")
        return study_from_text(content, origin=text_name)
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise _no_such_study(text_name)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, PermissionError) as error:
        raise StudyFileError(
            "{path} cannot be read as UTF-8 text. A study file is TOML; `geo-urban init` writes one.", path=text_name
        ) from error
    return study_from_text(content, origin=text_name, folder=path.resolve().parent)


def study_from_text(text: str, *, origin: str = "study", folder: Path | None = None) -> Study:
    r"""Return the study that a TOML text describes.

    Parameters
    ----------
    text
        Content of a study file.
    origin
        What messages call it, and the study's name where the text gives none.
    folder
        Folder that relative paths start from; by default the current one.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyFileError
        As in `load_study`.

    Examples
    --------
    >>> study_from_text('name = "mine"\nregion = "四川省"\nanalyses = ["change"]').region
    '四川省'
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyFileError(
            '{path} is not valid TOML: {reason}. Texts stand in quotes, lists in brackets: `analyses = ["change"]`.',
            path=origin,
            reason=str(error),
        ) from error
    data.setdefault("name", file_name(origin))
    return study_from_mapping(data, origin=origin, folder=folder, text=text)


def study_from_mapping(
    data: Mapping[str, Any], *, origin: str = "study", folder: Path | None = None, text: str = ""
) -> Study:
    """Return the study that the keys of a study file describe.

    Parameters
    ----------
    data
        Keys and sections, as in a study file.
    origin
        What messages call it.
    folder
        Folder that relative paths start from; by default the current one.
    text
        The file's text, in which faults are located; empty without a file.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyFileError
        As in `load_study`.

    Examples
    --------
    >>> study_from_mapping({"name": "mine", "analyses": ["density"]}).chosen_grid.source
    'modelled'
    """
    try:
        return Study.model_validate(data).placed_in(folder or Path())
    except ValidationError as error:
        raise_faults([_fault(item, text, origin) for item in error.errors()])
        raise


def file_name(origin: str) -> str:
    """Return a study's name made from the name of its file.

    Parameters
    ----------
    origin
        Name or path of the file.

    Returns
    -------
    str
        Lower-case ASCII letters, digits, ``-`` and ``_``; ``"study"`` where none is left.

    Examples
    --------
    >>> file_name("My Counties.toml")
    'my-counties'
    """
    return re.sub(r"[^a-z0-9_-]+", "-", Path(origin).stem.lower()).strip("-_") or "study"


def _no_such_study(name: str) -> StudyFileError:
    known = [*builtin_studies(), *PARTS, *ANALYSES]
    return StudyFileError(
        "there is no study file {name}, nor a study or analysis of that name; there are {known}. "
        "Did you mean `{near}`? `geo-urban init` writes a study file from your own data.",
        name=name,
        known=listed(known, most=20),
        near=nearest_name(name, known) or known[0],
    )


def _fault(item: Any, text: str, origin: str) -> StudyFileError:
    """Word one fault of pydantic's in our own language, with its line."""
    keys: Sequence[str | int] = item["loc"]
    line = line_of(text, keys)
    where = f"{origin}:{line}" if line else origin
    key = ".".join(str(part) for part in keys)
    kind = item["type"]
    if kind == "extra_forbidden":
        known = _known_keys(keys)
        return StudyFileError(
            "{where}: there is no key `{key}`. Did you mean `{near}`? Known here: {known}.",
            where=where,
            key=key,
            near=nearest_name(str(keys[-1]), known) or known[0],
            known=listed(known, most=20),
        )
    if kind == "missing":
        return StudyFileError(
            "{where}: `{key}` is missing. Add it, e.g. `{example}`.", where=where, key=key, example=_example(key)
        )
    if kind == "value_error":
        return StudyFileError("{where}: {reason}", where=where, reason=item["ctx"]["error"])
    return StudyFileError(
        "{where}: `{key}` = {value!r} does not fit; expected is {expected}.",
        where=where,
        key=key,
        value=item["input"],
        expected=_expected(item),
    )


def _known_keys(keys: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = Study
    for key in keys[:-1]:
        annotation = model.model_fields[str(key)].annotation
        kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
        section = next((kind for kind in kinds if issubclass(kind, BaseModel)), None)
        if section is None:
            break
        model = section
    return list(model.model_fields)


def _example(key: str) -> str:
    return 'analyses = ["change"]' if key == "analyses" else f'{key} = "…"'


def _expected(item: Any) -> str:
    from geo_urban.messages import translate

    kind, limits = str(item["type"]), item.get("ctx", {})
    if kind == "literal_error":
        return str(limits["expected"])
    if kind in ("too_short", "too_long"):
        return translate("a list of {count}", count=limits.get("min_length", limits.get("max_length")))
    if kind == "string_pattern_mismatch":
        return translate("a name of lower-case letters, digits, - and _")
    for beginning, words in _EXPECTED.items():
        if kind.startswith(beginning):
            return translate(words)
    return str(item["msg"])


_EXPECTED = {
    "string": "a text in quotes",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "tuple": "a list in brackets",
    "greater": "a larger number",
    "less": "a smaller number",
    "model": "a section with keys",
    "missing": "a list of two years",
}
