"""Draw the pictures of the README: run the Northeast study, open its first map in a real browser, keep what it shows.

    make pictures

Needs the extra ``data`` and an installed Chromium, Chrome or Edge.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.maps import screenshot
from geo_urban.studies import load_study, run_study

if TYPE_CHECKING:
    from geo_urban.messages import Language
    from geo_urban.wording import Figures

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "images"
MAP = Path("maps") / "population_change.html"
WIDTH, HEIGHT = 1280, 860


def draw_picture(name: str, *, language: Language, figures: Figures) -> Path:
    """Run the study in one language and write the picture of its map of change.

    Parameters
    ----------
    name
        File name of the picture.
    language, figures
        As in `geo_urban.studies.run_study`.

    Returns
    -------
    Path
        The picture.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "northeast"
        run_study(load_study("northeast"), output=output, language=language, figures=figures)
        PICTURES.mkdir(parents=True, exist_ok=True)
        return screenshot(output / MAP, PICTURES / name, width=WIDTH, height=HEIGHT)


if __name__ == "__main__":
    for picture in (
        draw_picture("northeast.png", language="en", figures="persons"),
        draw_picture("northeast.zh.png", language="zh", figures="wan"),
    ):
        print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")
