"""Build the census tables of `geo_urban.datasets` from the digitised county yearbooks."""
