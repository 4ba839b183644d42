"""Open what a user brings: boundaries, panels, and how the two fit together."""

from geo_urban.io.boundaries import read_boundaries
from geo_urban.io.codes import match_codes, text_codes
from geo_urban.io.columns import RecognizedColumns, recognize_columns
from geo_urban.io.join import JoinedPanel, join_panel
from geo_urban.io.panels import read_panel, require_population

__all__ = [
    "JoinedPanel",
    "RecognizedColumns",
    "join_panel",
    "match_codes",
    "read_boundaries",
    "read_panel",
    "recognize_columns",
    "require_population",
    "text_codes",
]
