"""Public pages of the catalogue, and the kiosk."""
