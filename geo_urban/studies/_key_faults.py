"""Faults of single keys in a study file, in our own words: where they stand, what is known there, what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import StudyFileError
from geo_urban.messages import translate
from geo_urban.studies._toml_lines import line_of
from geo_urban.studies.config import Study

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def key_fault(item: Any, text: str, origin: str) -> StudyFileError:
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
        if isinstance(key, int):  # of a list of sections
            continue
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
