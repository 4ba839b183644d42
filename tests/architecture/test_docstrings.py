"""Public docstrings say what a caller needs: every parameter, what comes back, what is raised."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
import warnings
from pathlib import Path
from types import FunctionType

import pytest
from numpydoc.validate import ERROR_MSGS, validate

ROOT = Path(__file__).resolve().parents[2]
PUBLIC_PARTS = (
    "geo_urban.datasets",
    "geo_urban.io",
    "geo_urban.spatial",
    "geo_urban.spatial.datum",
    "geo_urban.hierarchy",
    "geo_urban.shrinkage",
    "geo_urban.agglomerations",
    "geo_urban.corridors",
    "geo_urban.maps",
    "geo_urban.layers",
    "geo_urban.studies",
    "geo_urban.presentation",
    "geo_urban.classing",
)


def public_objects() -> list[str]:
    """Dotted names of every function and class that a part names in its ``__all__``."""
    names = []
    for part in PUBLIC_PARTS:
        module = importlib.import_module(part)
        names += [
            f"{part}.{name}"
            for name in getattr(module, "__all__", ())
            if isinstance(getattr(module, name), FunctionType | type)
        ]
    return names


def rules() -> set[str]:
    """The checks that pyproject.toml leaves on."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return set(ERROR_MSGS) - set(settings["tool"]["numpydoc_validation"]["checks"])


@pytest.mark.parametrize("name", public_objects())
def test_docstring(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpydoc warns of what it then reports
        found = validate(name)["errors"]
    wanted = rules()
    assert [f"{code} {text}" for code, text in found if code in wanted] == []


@pytest.mark.parametrize("name", public_objects())
def test_what_is_raised_is_documented(name: str) -> None:
    part, _, attribute = name.rpartition(".")
    function = getattr(importlib.import_module(part), attribute)
    if not isinstance(function, FunctionType):
        return
    tree = ast.parse(inspect.getsource(function))
    raises = any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(tree))
    guards = any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith(("require_", "raise_faults"))
        for node in ast.walk(tree)
    )
    assert not (raises or guards) or "Raises\n" in (function.__doc__ or "")
