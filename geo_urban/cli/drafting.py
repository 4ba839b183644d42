"""``geo-urban init``."""

from __future__ import annotations

import sys
from typing import Any

from geo_urban.checks import nearest_name
from geo_urban.cli.console import aligned, mention, say
from geo_urban.messages import translate

__all__ = ["draft_and_report"]


def draft_and_report(boundaries: str, panel: str, **settings: Any) -> int:
    """Write a study file for two files of the user's and print what was recognised.

    Parameters
    ----------
    boundaries, panel
        The two files.
    **settings
        As in `geo_urban.studies.draft_study`.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If a file cannot be used.
    """
    from geo_urban.studies import draft_study

    draft = draft_study(boundaries, panel, ask=_ask if sys.stdin.isatty() else None, **settings)
    say(translate("Written: {path}", path=str(draft.path)))
    say(aligned(draft.recognized.items(), indent="  "))
    say(translate("Units with figures and polygons: {count}", count=draft.joined))
    if draft.not_joined:
        say(translate("Units without a partner: {count}; `geo-urban validate` lists them.", count=draft.not_joined))
    for warning in draft.warnings:
        mention(translate("note: {text}", text=warning))
    say(translate("Next: `geo-urban run {path}`", path=str(draft.path)))
    return 0


def _ask(question: str, answers: tuple[str, ...]) -> str:
    """Ask until one of `answers` is given, by name or number."""
    say(question)
    say(aligned([(str(number), answer) for number, answer in enumerate(answers, start=1)], indent="  "))
    while True:
        given = input("> ").strip()
        if given in answers:
            return given
        if given.isdigit() and 1 <= int(given) <= len(answers):
            return answers[int(given) - 1]
        mention(
            translate("Give one of the names or numbers above, e.g. {near}.", near=nearest_name(given, answers) or "1")
        )
