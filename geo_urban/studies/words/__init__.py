"""Names for readers, of tables and of their columns, gathered from a module per part."""

from __future__ import annotations

from geo_urban.studies.words import agglomerations, causes, common, corridors, hierarchy, shrinkage

__all__ = ["COLUMN_LABELS", "PAGE_COLUMNS", "TABLE_TITLES", "table_title"]

_PARTS = (shrinkage, causes, hierarchy, agglomerations, corridors)

TABLE_TITLES: dict[str, str] = {
    **common.TITLES,
    **{name: title for part in _PARTS for name, title in part.TITLES.items()},
}
"""What each table shows, sentences of the catalogue."""

COLUMN_LABELS: dict[str, str] = {
    **common.COLUMNS,
    **{name: label for part in _PARTS for name, label in part.COLUMNS.items()},
}
"""A reader's name per column, sentences of the catalogue; shares are shown in percent on pages."""

PAGE_COLUMNS: dict[str, tuple[str, ...]] = {name: columns for part in _PARTS for name, columns in part.SHOWN.items()}
"""The columns of wide tables that the study page shows; the files hold all of them."""


def table_title(name: str) -> str:
    """Return what a table shows.

    Parameters
    ----------
    name
        Name of the table's file without ending.

    Returns
    -------
    str
        A sentence of the catalogue; empty for an unknown table.

    Examples
    --------
    >>> table_title("not_joined")
    'Units left out'
    """
    return TABLE_TITLES.get(name, "")
