"""An error raised in a worker process arrives whole: class, sentence and values."""

from __future__ import annotations

import pickle
from importlib import import_module
from pkgutil import walk_packages

import pytest

import geo_urban
from geo_urban.errors import CombinedInputError, GeoUrbanError, GeoUrbanWarning, InputError, MissingCRSError


def message_classes() -> list[type[GeoUrbanError | GeoUrbanWarning]]:
    """Every error and warning of the package, those of its parts included."""
    for module in walk_packages(geo_urban.__path__, "geo_urban."):
        if not module.name.endswith("__main__"):
            import_module(module.name)

    def below(kind: type) -> set[type]:
        return {kind, *(found for child in kind.__subclasses__() for found in below(child))}

    return sorted(
        (below(GeoUrbanError) | below(GeoUrbanWarning)) - {CombinedInputError}, key=lambda kind: kind.__name__
    )


@pytest.mark.parametrize("kind", message_classes(), ids=lambda kind: kind.__name__)
def test_a_message_survives_pickling(kind: type[GeoUrbanError]) -> None:
    original = kind("`{argument}` is {value}.", argument="units", value=3)
    copy = pickle.loads(pickle.dumps(original))
    assert type(copy) is kind
    assert str(copy) == str(original) == "`units` is 3."
    assert (copy.template, copy.values) == (original.template, original.values)


def test_combined_faults_survive_pickling() -> None:
    original = CombinedInputError([InputError("{a}", a=1), MissingCRSError("{b}", b=2)])
    copy = pickle.loads(pickle.dumps(original))
    assert str(copy) == "2 faults:\n- 1\n- 2"
    assert [type(fault) for fault in copy.faults] == [InputError, MissingCRSError]
