"""`import geo_urban` brings in nothing heavy, and a part brings in only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "dask", "distributed", "esda", "folium", "geopandas", "matplotlib", "numba", "numpy", "osmnx", "pandas", "pyarrow",
    "pydantic", "pyogrio", "pyproj", "rasterio", "rich", "rioxarray", "scipy", "shapely", "sklearn", "typer", "xarray",
)  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Top-level names of the modules that one statement loads in a fresh interpreter."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_the_package_alone_is_light() -> None:
    assert loaded_by("import geo_urban").isdisjoint(HEAVY)


@pytest.mark.parametrize("part", ["hierarchy", "shrinkage", "spatial", "datasets", "io", "layers", "studies"])
def test_a_part_leaves_the_heaviest_alone(part: str) -> None:
    # Each costs seconds (osmnx 4, esda 3 on two cores) and serves one function or another, never the part as a whole.
    loaded = loaded_by(f"import geo_urban.{part}")
    assert loaded.isdisjoint({"osmnx", "esda", "folium", "rasterio", "matplotlib", "sklearn", "dask"})


def test_help_needs_no_frames() -> None:
    loaded = loaded_by(
        "import contextlib, io\n"
        "from geo_urban.cli import main\n"
        "sys.argv = ['geo-urban', '--help']\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "pass"
    )
    assert loaded.isdisjoint({"pandas", "geopandas", "shapely", "folium", "rasterio", "osmnx"})


def test_every_public_name_is_there() -> None:
    import geo_urban

    assert {name for name in geo_urban.__all__ if getattr(geo_urban, name, None) is None} == set()
    assert set(dir(geo_urban)) == set(geo_urban.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        geo_urban.nothing  # noqa: B018
