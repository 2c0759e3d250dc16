"""The catalogue as editors keep it: one writes, another publishes; updates from files, quality, notice checks."""
