"""Let ``python -m geo_urban.cli`` do what ``geo-urban`` does."""

from __future__ import annotations

import sys

from geo_urban.cli import main

sys.exit(main())
