"""The catalogue: sentences with values are worded in the language of whoever reads them."""

from __future__ import annotations

import pickle

import pytest

from geo_urban.errors import InputError
from geo_urban.messages import Sentence, language, translate, translate_to


def test_a_sentence_carries_its_values_into_another_language() -> None:
    label = Sentence("Residents {year}", year=2015)
    assert label == "Residents 2015"
    assert translate_to("zh", label) == "2015年常住人口"


def test_a_sentence_inside_a_sentence_is_worded_too() -> None:
    outer = Sentence("{count} faults:", count=Sentence("Residents {year}", year=2015))
    assert translate_to("zh", outer) == "2015年常住人口 处错误："


def test_a_sentence_among_the_values_of_an_error_is_worded_too() -> None:
    fault = InputError("{count} faults:", count=Sentence("Residents {year}", year=2015))
    with language("zh"):
        assert str(fault) == "2015年常住人口 处错误："


def test_a_sentence_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(Sentence("Residents {year}", year=2015)))
    assert translate_to("zh", again) == "2015年常住人口"


def test_a_language_holds_inside_its_block_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEO_URBAN_LANG", "en")
    with language("zh"):
        assert translate("{count} faults:", count=2) == "2 处错误："
    assert translate("{count} faults:", count=2) == "2 faults:"


def test_an_unknown_sentence_stays_english() -> None:
    assert translate_to("zh", "a name of a user's own") == "a name of a user's own"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="one of en, zh"), language("fr"):
        pass
