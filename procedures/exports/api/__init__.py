"""The open API: procedures and their versions, where they are taken in, offices, the calendar, and due dates.

Everything here is read only and for everybody; described for people in `docs/api.md`.
"""
