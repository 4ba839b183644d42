"""Communities of units that interact more among themselves than size alone explains (Leiden)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.agglomerations._partition import Assigned
from geo_urban.agglomerations.commuting import flow_table
from geo_urban.agglomerations.interaction import gravity
from geo_urban.errors import InputError, InsufficientDataError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations._methods import Sources
    from geo_urban.agglomerations.parameters import LeidenParameters

__all__ = ["by_interaction"]

_PACKAGE = "graspologic_native"


def by_interaction(ground: Ground, sources: Sources, first: LeidenParameters) -> Callable[[LeidenParameters], Assigned]:
    """Give units to communities of interaction.

    Raises
    ------
    MissingDependencyError
        If the package that finds them is not installed.
    InputError
        If there are neither flows nor travel times.
    InsufficientDataError
        If nothing interacts.
    """
    if find_spec(_PACKAGE) is None:
        raise MissingDependencyError(
            'the method "leiden" needs the package {package}, which is not installed. Install it, '
            '`pip install "geo-urban[communities]"`.',
            package=_PACKAGE.replace("_", "-"),
        )
    matrix = _interaction(ground, sources.flows, first)
    if not matrix.nnz:
        raise InsufficientDataError(
            "no two units interact: there is no flow and no way between any. Check `flows`, or `travel`."
        )
    whole = np.asarray(matrix.sum(axis=1)).ravel()

    def assign(rule: LeidenParameters) -> Assigned:
        label = _communities(matrix, rule)
        label[whole == 0] = -1
        rows = np.repeat(np.arange(len(whole)), np.diff(matrix.indptr))
        same = label[rows] == label[matrix.indices]
        inside = np.bincount(rows[same], matrix.data[same], minlength=len(whole))
        return Assigned(
            label=label,
            strength=np.divide(inside, whole, out=np.full(len(whole), np.nan), where=whole > 0),
        )

    return assign


def _interaction(ground: Ground, flows: pd.DataFrame | None, rule: LeidenParameters) -> Any:
    """Return how strongly each two units interact, both ways together; none with itself."""
    from scipy.sparse import csr_array

    if flows is not None:
        between: NDArray[np.float64] = flow_table(ground.units.index, flows)
    elif ground.minutes is not None:
        index = ground.units.index
        between = gravity(
            pd.Series(ground.people, index=index),
            pd.DataFrame(ground.minutes, index=index, columns=index),
            cost_exponent=rule.cost_exponent,
            least_cost=rule.nearest_minutes,
        ).to_numpy()
    else:
        raise InputError(
            'the method "leiden" needs interactions. Pass a table of `flows`, or `travel` for a gravity model of them.'
        )
    both = between + between.T
    np.fill_diagonal(both, 0.0)
    # Weights around one, so that no sum of many loses the small ones.
    scale = both.max()
    return csr_array(both / scale if scale > 0 else both)


def _communities(matrix: Any, rule: LeidenParameters) -> NDArray[np.intp]:
    import graspologic_native

    _, found = graspologic_native.leiden_csr(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        matrix.shape[0],
        resolution=rule.resolution,
        seed=int(rule.seed),
        trials=1,
        iterations=2,
    )
    label = np.full(matrix.shape[0], -1, dtype=np.intp)
    label[list(found)] = list(found.values())
    return label
