"""Draw the pictures of the README and of the documentation: what real pages look like in a real browser.

    make pictures

Needs the extra ``data`` and an installed Chromium, Chrome or Edge. Runs the Northeast study and draws each of its maps,
its page, and one page of each further kind of map.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from geo_urban.datasets import census_panel, population_grid, provinces
from geo_urban.maps import compare_map, grid_map, indicator_map, indicator_presentation, save_page, screenshot
from geo_urban.studies import load_study, run_study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_urban.messages import Language
    from geo_urban.wording import Figures

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "images"
FIRST_MAP = Path("maps") / "population_change.html"
WIDTH, HEIGHT = 1280, 860
COLORS = 192  # enough for a map, its legend and the edges of letters
YEARS = (2010, 2020)


def draw_picture(page: Path, name: str) -> Path:
    """Draw what a browser shows of a page, in few colours so that the repository stays small.

    Parameters
    ----------
    page
        HTML file.
    name
        File name of the picture.

    Returns
    -------
    Path
        The picture.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = screenshot(page, PICTURES / name, width=WIDTH, height=HEIGHT)
    with Image.open(picture) as image:
        fewer = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    fewer.save(picture, optimize=True)
    return picture


def pictures_of_study(folder: Path, *, language: Language, figures: Figures) -> Iterator[Path]:
    """Run the study and draw the picture of the README; in English each map and the study's page too.

    Parameters
    ----------
    folder
        Where the study may be written.
    language, figures
        As in `geo_urban.studies.run_study`.

    Yields
    ------
    Path
        Each picture.
    """
    output = run_study(load_study("northeast"), output=folder / language, language=language, figures=figures).folder
    yield draw_picture(output / FIRST_MAP, "northeast.png" if language == "en" else f"northeast.{language}.png")
    if language != "en":
        return
    yield draw_picture(output / "index.html", "study_page.png")
    for page in sorted(output.glob("maps/*.html")):
        if page.name != FIRST_MAP.name:
            yield draw_picture(page, f"map_{page.stem}.png")


def pictures_of_kinds(folder: Path) -> Iterator[Path]:
    """Draw a page of each kind of map that the study has none of.

    Parameters
    ----------
    folder
        Where the pages may be written.

    Yields
    ------
    Path
        Each picture.
    """
    counties = census_panel(*YEARS, geometry=True, region="northeast")
    borders = provinces(region="northeast")
    indicators = {
        "Residents": {year: f"population_{year}" for year in YEARS},
        "Urban residents": {year: f"urban_{year}" for year in YEARS},
    }
    source = "Population censuses of China 2010 and 2020"
    page = indicator_map(counties, indicators, title="Residents of the Northeast", source=source, outlines=borders)
    yield draw_picture(save_page(page, folder / "indicator.html"), "map_indicator.png")
    shown = indicator_presentation(counties, indicators, title="Residents of the Northeast", source=source)
    yield draw_picture(save_page(compare_map(shown), folder / "compare.html"), "map_compare.png")
    page = grid_map(population_grid(2020, region="northeast"), outlines=borders)
    yield draw_picture(save_page(page, folder / "grid.html"), "map_grid.png")


def main() -> None:
    """Draw them all and say how large they are."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for picture in (
            *pictures_of_study(folder, language="en", figures="persons"),
            *pictures_of_study(folder, language="zh", figures="wan"),
            *pictures_of_kinds(folder),
        ):
            print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
