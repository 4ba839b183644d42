"""Draw the made-up island country of data/boundaries/samples: 12 counties and their people in 2010 and 2020.

Run it from the root of the checkout; it writes the same files every time:

    python scripts/make_sample_country.py
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

FOLDER = Path(__file__).resolve().parent.parent / "data" / "boundaries" / "samples"
SEED = 20
CENTRE = (-40.0, 35.0)  # open Atlantic: nobody can take it for a real place
DEGREE_GRID = 1e-5
COUNTIES = (
    # code, name, province, urban and rural residents of 2010 and of 2020
    ("0101", "Port Amber", "Windward", 812_000, 96_000, 1_043_000, 61_000),
    ("0102", "Saltmarsh", "Windward", 121_000, 188_000, 138_000, 139_000),
    ("0103", "Gull Point", "Windward", 34_000, 92_000, 33_000, 60_000),
    ("0104", "Eastholm", "Windward", 208_000, 143_000, 247_000, 101_000),
    ("0105", "Kettle Bay", "Windward", 28_000, 71_000, 22_000, 41_000),
    ("0106", "Lanternwick", "Windward", 63_000, 104_000, 66_000, 77_000),
    ("0201", "Highmoor", "Leeward", 18_000, 59_000, 13_000, 29_000),
    ("0202", "Coalbrook", "Leeward", 196_000, 44_000, 141_000, 31_000),
    ("0203", "Orchard Vale", "Leeward", 77_000, 162_000, 91_000, 120_000),
    ("0204", "Stonebridge", "Leeward", 143_000, 121_000, 152_000, 88_000),
    ("0205", "Westerlight", "Leeward", 41_000, 83_000, 36_000, 52_000),
    ("0206", "Farrow", "Leeward", 25_000, 68_000, 21_000, 47_000),
)


def main() -> None:
    """Write the boundaries and the panel."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    units = country()
    units.to_file(FOLDER / "island_counties.geojson", driver="GeoJSON", COORDINATE_PRECISION=5)
    panel().to_csv(FOLDER / "island_panel.csv", index=False, lineterminator="\n")


def country() -> gpd.GeoDataFrame:
    """Return the counties as a coverage: neighbors share the vertices of their border."""
    generator = np.random.default_rng(SEED)
    coast = island(generator)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites(generator)), extend_to=coast))
    # All lines are cut against each other once, so that both sides of a border get the same vertices.
    lines = shapely.union_all([coast.exterior, *shapely.boundary(cells)], grid_size=DEGREE_GRID)
    pieces = [piece for piece in shapely.polygonize([lines]).geoms if coast.contains(piece.representative_point())]
    codes, names, provinces = zip(*[row[:3] for row in COUNTIES], strict=True)
    order = sorted(pieces, key=lambda piece: (piece.centroid.x < CENTRE[0], -piece.centroid.y))
    return gpd.GeoDataFrame({"code": codes, "name": names, "province": provinces}, geometry=order, crs=4326)


def island(generator: np.random.Generator) -> shapely.Polygon:
    """Return an oval coast with bays and capes."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    waves = sum(generator.normal(0, 0.25 / n) * np.cos(n * angle + generator.uniform(0, 6.28)) for n in range(2, 12))
    radius = 1.0 + 0.6 * waves
    return shapely.Polygon(
        np.column_stack([CENTRE[0] + radius * np.cos(angle), CENTRE[1] + 0.7 * radius * np.sin(angle)])
    )


def sites(generator: np.random.Generator) -> np.ndarray:
    """Return one point per county, six on either side of the middle."""
    rows = np.repeat([0.42, 0.0, -0.42], 2)
    columns = np.tile([0.25, 0.68], 3)
    half = np.column_stack([columns, rows])
    both = np.vstack([half, half * (-1, 1)]) + generator.normal(0, 0.04, (12, 2))
    return both * (1.0, 0.95) + CENTRE


def panel() -> pd.DataFrame:
    """Return the people of each county, text codes with leading zeros included."""
    columns = ["code", "name", "province", "urban_2010", "rural_2010", "urban_2020", "rural_2020"]
    table = pd.DataFrame(COUNTIES, columns=columns)
    for year in (2010, 2020):
        table.insert(len(table.columns) - 2, f"population_{year}", table[f"urban_{year}"] + table[f"rural_{year}"])
    return table[["code", "name", "population_2010", "population_2020", *columns[3:]]]


if __name__ == "__main__":
    main()
