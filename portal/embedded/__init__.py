"""Real engines without installing anything, and the one process that starts and watches all others."""
