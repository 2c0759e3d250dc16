"""Open311 GeoReport v2: reports from the street, to and from other programs. docs/open311.md has every call."""
