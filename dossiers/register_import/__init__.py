"""Imports the old register of a desk, from a spreadsheet or another program, as dossiers.

`reading` yields the rows of a file, `mapping` names the columns, `checking` turns a row into an entry or a fault,
`catalogue` finds its procedure, `events` builds its events, `loading` writes batch by batch.
"""
