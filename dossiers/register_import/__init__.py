"""Old registers of a desk, kept in a spreadsheet or another program, made real dossiers.

`reading` gives rows of a file, `mapping` says which column is what, `checking` makes an entry of a row or says what is
wrong with it, `catalogue` finds its procedure, `telling` tells its events, `loading` writes batch by batch.
"""
