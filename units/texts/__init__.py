"""How numbers, days, due dates and phrases are written, and pages set into PDF."""
