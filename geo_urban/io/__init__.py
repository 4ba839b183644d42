"""Open what a user brings: boundaries, panels, grids, how they fit together, and public data by name."""

from geo_urban.io.boundaries import read_boundaries
from geo_urban.io.codes import match_codes, text_codes
from geo_urban.io.columns import RecognizedColumns, recognize_columns
from geo_urban.io.downloads import data_sets, fetch, source_of
from geo_urban.io.graph_files import read_graph, write_graph
from geo_urban.io.grids import read_grid, write_grid
from geo_urban.io.join import JoinedPanel, join_panel
from geo_urban.io.panels import read_panel, require_population
from geo_urban.io.points import read_points
from geo_urban.spatial.street_networks import read_network

__all__ = [
    "JoinedPanel",
    "RecognizedColumns",
    "data_sets",
    "fetch",
    "join_panel",
    "match_codes",
    "read_boundaries",
    "read_graph",
    "read_grid",
    "read_network",
    "read_panel",
    "read_points",
    "recognize_columns",
    "require_population",
    "source_of",
    "text_codes",
    "write_graph",
    "write_grid",
]
