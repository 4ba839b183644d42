"""Functional urban areas by commuting, on a row of towns."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_urban.agglomerations import commuting_areas
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError
from geo_urban.spatial import contiguity_graph

CENTRES = pd.Series({"a": "A", "b": None, "c": None, "d": None, "e": "E"}, dtype=object)


def flows(*rows: tuple[str, str, float]) -> pd.DataFrame:
    stay = [(code, code, 80.0) for code in CENTRES.index]
    return pd.DataFrame([*stay, *rows], columns=["origin", "destination", "workers"])


def test_fifteen_in_a_hundred_belong() -> None:
    # 20 of 100 workers of b go to a; of d 14.9 of 94.9; that is 15.7 %: both belong. Of c 10 of 90: 11 %.
    found = commuting_areas(CENTRES, flows(("b", "a", 20), ("c", "a", 10), ("d", "e", 14.9)))
    assert found["area"].tolist() == ["A", "A", None, "E", "E"]
    assert found["share"].iloc[1] == pytest.approx(0.2)
    assert found["role"].tolist() == ["core", "commuting zone", None, "commuting zone", "core"]


def test_centres_join_the_larger_one() -> None:
    found = commuting_areas(CENTRES, flows(("a", "a", 100), ("e", "a", 30)))
    assert found["area"].dropna().tolist() == ["A", "A"]


def test_gaps_are_closed_and_exclaves_dropped() -> None:
    row = gpd.GeoSeries([shapely.box(x, 0, x + 1, 1) for x in range(5)], index=CENTRES.index, crs=3857)
    graph = contiguity_graph(row, queen=False)
    gap = commuting_areas(CENTRES, flows(("a", "a", 100), ("c", "a", 40), ("d", "a", 40), ("e", "a", 40)), graph=graph)
    assert gap["area"].tolist() == ["A"] * 5
    alone = CENTRES.where(CENTRES != "E", None)
    assert commuting_areas(alone, flows(("d", "a", 40)), graph=graph)["area"].tolist() == ["A", *[None] * 4]


def test_bad_input() -> None:
    with pytest.raises(AlignmentError, match="`flows` has 1 codes that are no units: z"):
        commuting_areas(CENTRES, flows(("z", "a", 1)))
    with pytest.raises(InputError, match="`flows` has 1 missing or negative"):
        commuting_areas(CENTRES, flows(("b", "a", -1)))
    with pytest.raises(InputError, match="`share` is 15"):
        commuting_areas(CENTRES, flows(), share=15)
    with pytest.raises(InsufficientDataError, match="`centres` names none"):
        commuting_areas(CENTRES.where(CENTRES.isna(), None), flows())
