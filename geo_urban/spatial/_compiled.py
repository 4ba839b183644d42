"""How loops over arrays are compiled, wherever the package has some."""

from __future__ import annotations

from typing import Any

import numba

__all__ = ["compiled"]


def compiled(function: Any) -> Any:
    """Compile at the first call, and keep the result beside the function's file or in the user's cache folder."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # neither place can be written: compile in every process
        return numba.njit(**options)(function)
