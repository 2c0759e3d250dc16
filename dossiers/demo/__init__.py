"""Four made-up years of a district and its lower offices.

Every situation that there is to see lives through the verbs of pages and API (`situations`, `life_steps`). Dossiers
that fill the years consist of events and what the replay makes of them (`bulk`): made on all cores, written by COPY.
Only proportions are given (`dossiers/data/demo.json`); every date, status and rate follows from events.
"""
