"""Analyses work anywhere: Chinese places are named in the default data, study files and profiles only."""

from __future__ import annotations

import ast
import re

KNOW_CHINA = ("geo_urban/datasets/", "geo_urban/studies/", "geo_urban/layers/planning", "geo_urban/cli")
CHINESE_SIGNS = re.compile(r"[\u4e00-\u9fff]+")
# 万, ten thousand, is a way to show a number. Column headings of anyone's table may be Chinese (io recognises them).
UNIT_OF_COUNT = "万"
READS_ANY_HEADING = ("geo_urban/io/",)
PLACES = re.compile(r"\b(?:liaoning|jilin|heilongjiang|beijing|sichuan|northeast)\b", re.IGNORECASE)


def literals(tree: ast.Module) -> list[ast.Constant]:
    """Every text in a module that is not a docstring."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_no_chinese_literals_elsewhere(modules: dict[str, ast.Module]) -> None:
    found = [
        f"{path}:{node.lineno}: {node.value!r}"
        for path, tree in modules.items()
        if not path.startswith((*KNOW_CHINA, *READS_ANY_HEADING))
        for node in literals(tree)
        if set(CHINESE_SIGNS.findall(node.value)) - {UNIT_OF_COUNT}
    ]
    assert found == []


def test_no_names_of_places_elsewhere(modules: dict[str, ast.Module]) -> None:
    found = [
        f"{path}:{node.lineno}: {node.value!r}"
        for path, tree in modules.items()
        if not path.startswith(KNOW_CHINA)
        for node in literals(tree)
        if PLACES.search(node.value)
    ]
    assert found == []
