"""Every sentence a user meets has a Chinese wording with the same placeholders, and no wording is left over."""

from __future__ import annotations

import ast
import string
import tomllib
from typing import TYPE_CHECKING

import pytest

from geo_urban import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MESSAGE_CLASSES = frozenset(name for name in errors.__all__ if name not in {"CombinedInputError", "raise_faults"})
# Which argument of a translating function is the sentence.
TRANSLATORS = {"translate": 0, "translate_to": 1, "Sentence": 0}
# Keywords of a presentation whose text a map page, a layer file or a report shows.
SHOWN_WORDS = {
    "Field": ("label", "unit", "indicator"),
    "Classification": ("label",),
    "Raster": ("title",),
    "Scatter": ("title",),
    "Category": ("label",),
    "Layer": ("title",),
    "Presentation": ("title", "source", "method", "cautions"),
}
# Sentences of the libraries that print the command's help.
OF_LIBRARIES = frozenset({"Show this message and exit."})
# Signs that read the same in every language.
SIGNS = frozenset({"", "%", "km", "km²", "m", "#"})


@pytest.fixture(scope="module")
def catalogue_files(repository: Path) -> dict[str, dict[str, str]]:
    folder = repository / "geo_urban" / "locale" / "zh"
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


@pytest.fixture(scope="module")
def chinese(catalogue_files: dict[str, dict[str, str]]) -> dict[str, str]:
    return {sentence: wording for entries in catalogue_files.values() for sentence, wording in entries.items()}


@pytest.fixture(scope="module")
def message_classes(modules: dict[str, ast.Module]) -> frozenset[str]:
    """The classes of `geo_urban.errors` and whatever a module derives from them."""
    known = set(MESSAGE_CLASSES)
    classes = [node for tree in modules.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in classes:
        known |= {node.name for node in classes if known & {name_of(base) for base in node.bases}}
    return frozenset(known)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def texts_of(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that may become the text: both arms of a choice, each item of a tuple."""
    if isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)
    elif isinstance(node, ast.Tuple | ast.List):
        for item in node.elts:
            yield from texts_of(item)
    else:
        yield node


def sentences(tree: ast.Module, message_classes: frozenset[str]) -> Iterator[ast.expr]:
    """Every expression in a module that a user will read as a sentence of the catalogue."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = name_of(call.func)
        place = TRANSLATORS.get(name, 0 if name in message_classes else None)
        if place is not None and len(call.args) > place:
            yield from texts_of(call.args[place])
        for keyword in call.keywords:
            if keyword.arg in SHOWN_WORDS.get(name, ()):
                yield from texts_of(keyword.value)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_sentence_has_a_chinese_wording(
    modules: dict[str, ast.Module], message_classes: frozenset[str], chinese: dict[str, str]
) -> None:
    missing = [
        f"{path}:{node.lineno}: {node.value!r}"
        for path, tree in modules.items()
        for node in sentences(tree, message_classes)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value not in SIGNS and node.value not in chinese
    ]
    assert not missing, "\n".join(["without a wording in geo_urban/locale/zh:", *missing])


def test_words_of_map_pages_have_chinese_wordings(chinese: dict[str, str]) -> None:
    from geo_urban.maps.page_words import page_words

    assert "no data" in page_words()
    assert [word for word in page_words() if word not in chinese] == []


def test_built_in_studies_have_chinese_words(repository: Path, chinese: dict[str, str]) -> None:
    studies = sorted((repository / "geo_urban" / "studies" / "builtin").glob("*.toml"))
    assert studies
    shown = ("title", "question", "summary")
    missing = [
        f"{path.name}: {study[key]!r}"
        for path in studies
        for study in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for key in shown
        if key in study and study[key] not in chinese
    ]
    assert missing == []


def test_no_sentence_is_glued_together(modules: dict[str, ast.Module], message_classes: frozenset[str]) -> None:
    # An f-string or a sum is another sentence for each value: the catalogue could never hold it.
    glued = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in modules.items()
        for node in sentences(tree, message_classes)
        if isinstance(node, ast.JoinedStr | ast.BinOp)
    ]
    assert not glued, "\n".join(["name the values as {placeholders} instead:", *glued])


def test_both_wordings_have_the_same_placeholders(chinese: dict[str, str]) -> None:
    differing = [
        sentence
        for sentence, wording in chinese.items()
        # The Chinese may leave a value out (a plural's count), but never name one that is not given.
        if not placeholders(wording) <= placeholders(sentence)
    ]
    assert not differing


def test_no_wording_is_left_over(modules: dict[str, ast.Module], repository: Path, chinese: dict[str, str]) -> None:
    literals = {
        node.value
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # Words may also stand in built-in study files, page templates and figures tables.
    package = repository / "geo_urban"
    others = [
        path.read_text(encoding="utf-8")
        for pattern in ("*.toml", "*.html", "*.j2", "*.js", "*.csv")
        for path in package.rglob(pattern)
        if "locale" not in path.parts
    ]

    def is_said(sentence: str) -> bool:
        # The name of a measure is also written as in a column: "net outflow" as `net_outflow`.
        forms = {sentence, sentence.replace(" ", "_")}
        return bool(forms & literals) or any(form in text for form in forms for text in others)

    stale = [sentence for sentence in chinese if sentence not in OF_LIBRARIES and not is_said(sentence)]
    assert not stale, "\n".join(["nobody says this any more:", *stale])


def test_no_sentence_is_worded_in_two_files(catalogue_files: dict[str, dict[str, str]]) -> None:
    homes: dict[str, list[str]] = {}
    for name, entries in catalogue_files.items():
        for sentence in entries:
            homes.setdefault(sentence, []).append(name)
    assert {sentence: names for sentence, names in homes.items() if len(names) > 1} == {}


def test_chinese_wordings_are_chinese(chinese: dict[str, str]) -> None:
    def is_chinese(text: str) -> bool:
        return any("\u4e00" <= sign <= "\u9fff" for sign in text)

    # A wording of placeholders and signs alone ("{low} – {high}") needs no Chinese sign.
    worded = {
        sentence: wording
        for sentence, wording in chinese.items()
        if any(literal.strip(" :：–—-~.,()%/·") for literal, *_ in string.Formatter().parse(wording))
    }
    assert [wording for wording in worded.values() if not is_chinese(wording)] == []
