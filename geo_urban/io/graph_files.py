"""Graphs in the files of GeoDa and PySAL: GAL (who borders whom) and GWT (with weights)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, DataSourceError, InputError
from geo_urban.messages import Sentence
from geo_urban.outputs import write_text

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.typing import FilePath

__all__ = ["read_graph", "write_graph"]

_KINDS = (".gal", ".gwt")
_GWT_COLUMNS = 3


class _Links(NamedTuple):
    """What a file says: its units in order, and its links by code."""

    units: list[str]
    focal: list[str]
    neighbor: list[str]
    weight: list[float]


def read_graph(path: FilePath, *, units: pd.Index | pd.DataFrame | pd.Series | None = None) -> Graph:
    r"""Read who is whose neighbor from a GAL or GWT file.

    Parameters
    ----------
    path
        File ending in ``.gal`` or ``.gwt``, of GeoDa, PySAL or R's spdep.
    units
        The units, or their index. The file's codes are found among them as text, so that 230231 is ``"230231"``; units
        that the file does not name are isolates (GWT names none). Without it, codes are text, leading zeros kept.

    Returns
    -------
    libpysal.graph.Graph
        Joined by code, in the order of `units` or of the file. A GAL's links weigh one.

    Raises
    ------
    InputError
        If the ending is another.
    AlignmentError
        If the file names a unit that is not among `units`, or two of `units` read alike.
    DataSourceError
        If the file is missing or broken; the line is named.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "row.gal"
    ...     _ = file.write_text("3\n01 1\n02\n02 2\n01 03\n03 1\n02\n")
    ...     read_graph(file)["02"].index.tolist()
    ['01', '03']
    """
    source = Path(path)
    lines = _lines(source)
    links = _read_gal(lines, source) if source.suffix.lower() == ".gal" else _read_gwt(lines, source)
    if units is None:
        index = pd.Index(list(dict.fromkeys([*links.units, *links.focal, *links.neighbor])))
    else:
        index = units if isinstance(units, pd.Index) else units.index
    return _graph(links, index, source)


def write_graph(graph: Graph, path: FilePath) -> Path:
    """Write who is whose neighbor as a GAL or GWT file.

    Parameters
    ----------
    graph
        Links between units with codes of one word.
    path
        File ending in ``.gal``, which keeps no weights, or ``.gwt``, which keeps all their digits. In a GWT an isolate
        is its own neighbor with a weight of 0, as PySAL writes it.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If the ending is another, or a code is empty or holds a blank, which ends a code in these files.
    OutputError
        If it cannot be written.
    """
    target = Path(path)
    _require_kind(target)
    codes = pd.Index(graph.unique_ids).astype(str)
    unfit = codes.str.contains(r"\s", regex=True) | (codes == "")
    if unfit.any():
        raise InputError(
            "`graph` has codes that are empty or hold a blank ({codes}), which ends a code in a {kind} file. Use codes "
            "of one word.",
            codes=listed(repr(code) for code in codes[unfit]),
            kind=target.suffix[1:].upper(),
        )
    rows = _gal_rows(graph, codes) if target.suffix.lower() == ".gal" else _gwt_rows(graph, codes)
    return write_text("\n".join(rows) + "\n", target)


def _gal_rows(graph: Graph, codes: pd.Index) -> list[str]:
    numbers = _numbers(graph)
    # An isolate is a link to itself without weight.
    focal, neighbor = (side[graph.adjacency.to_numpy() != 0] for side in numbers)
    order = np.argsort(focal, kind="stable")
    ends = np.cumsum(np.bincount(focal, minlength=len(codes))).tolist()
    texts = codes.tolist()
    near = [texts[number] for number in neighbor[order].tolist()]
    rows = [f"0 {len(codes)} unknown unknown"]
    for code, start, end in zip(texts, [0, *ends], ends, strict=False):
        rows += [f"{code} {end - start}", " ".join(near[start:end])]
    return rows


def _gwt_rows(graph: Graph, codes: pd.Index) -> list[str]:
    focal, neighbor = (side.tolist() for side in _numbers(graph))
    texts, weights = codes.tolist(), graph.adjacency.to_numpy(dtype=float).tolist()
    columns = zip(focal, neighbor, weights, strict=True)
    return [f"0 {len(codes)} unknown unknown", *(f"{texts[a]} {texts[b]} {weight!r}" for a, b, weight in columns)]


def _numbers(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two units of each link by their place among the codes."""
    index, codes = graph.adjacency.index, pd.Index(graph.unique_ids)
    focal, neighbor = (codes.get_indexer(index.get_level_values(side)) for side in ("focal", "neighbor"))
    return np.asarray(focal, dtype=np.int64), np.asarray(neighbor, dtype=np.int64)


def _require_kind(path: Path) -> None:
    if path.suffix.lower() not in _KINDS:
        raise InputError(
            "`path` ends in {ending!r}; graphs are kept in files that end in {known}. Name one of these.",
            ending=path.suffix,
            known=listed(_KINDS),
        )


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the words of each line that has any, with its number."""
    _require_kind(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataSourceError(
            "cannot read `{path}`: {reason}. Check the path.", path=str(path), reason=error.strerror or str(error)
        ) from error
    except UnicodeDecodeError as error:
        raise DataSourceError(
            "`{path}` is no text in UTF-8, so it is no graph that can be read. Save it as UTF-8.", path=str(path)
        ) from error
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1)]
    found = [(number, words) for number, words in lines if words]
    if not found:
        raise DataSourceError("`{path}` is empty. Write the graph anew.", path=str(path))
    return found


def _broken(path: Path, line: int, found: str, wanted: str) -> DataSourceError:
    return DataSourceError(
        "`{path}`, line {line}: {found!r} where {wanted} must stand. Write the file anew, or mend the line.",
        path=str(path),
        line=line,
        found=found,
        wanted=wanted,
    )


def _read_gal(lines: list[tuple[int, list[str]]], path: Path) -> _Links:
    """Read pairs of lines: a code and the number of its neighbors, then their codes (no line for none of them)."""
    links = _Links([], [], [], [])
    rest = iter(lines[1:])
    for number, words in rest:
        if len(words) != 2 or not words[1].isdigit():  # noqa: PLR2004 - a code and a count
            raise _broken(path, number, " ".join(words)[:60], Sentence("a code and the number of its neighbors"))
        code, count = words[0], int(words[1])
        links.units.append(code)
        near: list[str] = []
        while len(near) < count:  # spdep breaks long rows
            following = next(rest, (number, []))[1]
            if not following:
                break
            near += following
        if len(near) != count:
            raise _broken(path, number, " ".join([code, *near])[:60], Sentence("{count} codes", count=count))
        links.focal.extend([code] * count)
        links.neighbor.extend(near)
        links.weight.extend([1.0] * count)
    return links


def _read_gwt(lines: list[tuple[int, list[str]]], path: Path) -> _Links:
    links = _Links([], [], [], [])
    for number, words in lines[1:]:
        try:
            focal, neighbor, weight = words[0], words[1], float(words[2])
        except (IndexError, ValueError) as error:
            raise _broken(path, number, " ".join(words)[:60], Sentence("two codes and a weight")) from error
        if len(words) != _GWT_COLUMNS:
            raise _broken(path, number, " ".join(words)[:60], Sentence("two codes and a weight"))
        links.units.append(focal)
        if focal == neighbor and weight == 0:
            continue
        links.focal.append(focal)
        links.neighbor.append(neighbor)
        links.weight.append(weight)
    return links


def _graph(links: _Links, index: pd.Index, path: Path) -> Graph:
    from geo_urban.spatial._graph_edges import Edges, build_graph

    as_text = pd.Index(index.astype(str))
    if not as_text.is_unique:
        raise AlignmentError(
            "`units` has {codes} more than once, read as text, so the graph cannot be joined. Give each unit a code of "
            "its own.",
            codes=listed(as_text[as_text.duplicated()].unique()),
        )
    stray = pd.Index([*links.units, *links.neighbor]).unique().difference(as_text)
    if len(stray):
        raise AlignmentError(
            "`{path}` names {codes}, which are not among `units`. Give the units that the graph was made of.",
            path=str(path),
            codes=listed(stray),
        )
    focal, neighbor = as_text.get_indexer(pd.Index(links.focal)), as_text.get_indexer(pd.Index(links.neighbor))
    pairs, first = np.unique(np.stack([focal, neighbor], axis=1).reshape(-1, 2), axis=0, return_index=True)
    if len(first) < len(focal):
        raise DataSourceError(
            "`{path}` lists a link more than once, e.g. of {code}, so its weight is unsure. Write the file anew.",
            path=str(path),
            code=as_text[focal[np.setdiff1d(np.arange(len(focal)), first)[0]]],
        )
    weight = np.asarray(links.weight, dtype=float)[first]
    edges = Edges(pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64), weight)
    return build_graph(
        index, edges, isolates="keep", nearest=lambda lone: (lone, np.zeros(len(lone))), transformation=None
    )
