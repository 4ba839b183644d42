"""``geo-urban verify``."""

from __future__ import annotations

from geo_urban.cli.console import aligned, mention, say
from geo_urban.messages import translate

__all__ = ["verify_and_report"]

DIGITS = 12
WORDS = {"missing": "is missing", "changed": "has changed", "version": "is another version"}


def verify_and_report(path: str) -> int:
    """Check a result against its provenance and print what differs.

    Parameters
    ----------
    path
        ``provenance.json``, or the folder that holds it.

    Returns
    -------
    int
        0 if all is as it was, 1 if something differs.

    Raises
    ------
    GeoUrbanError
        If there is no such file, or it is not ours.
    """
    from geo_urban.studies import verify_provenance

    found = verify_provenance(path)
    for where in found.unchecked:
        mention(translate("note: {where} is not on this machine, so it was not checked.", where=where))
    if not found.differences:
        say(translate("{count} files and inputs are as they were.", count=found.checked))
        return 0
    rows = [
        (each.where, translate(WORDS[each.what]), f"{each.expected[:DIGITS]} → {each.found[:DIGITS] or '–'}")
        for each in found.differences
    ]
    say(translate("{count} of {checked} files and inputs differ:", count=len(found.differences), checked=found.checked))
    say(aligned(rows, indent="  "))
    return 1
