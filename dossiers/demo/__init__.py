"""Four made-up years of a district and its lower offices, lived through the same rules as real dossiers.

Only proportions are given (`dossiers/data/demo.json`); every date, status and rate follows from replaying events.
"""
