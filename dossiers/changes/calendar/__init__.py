"""Calendar changes: draft, preview, publication, undo."""
