"""Embedded PostgreSQL and Valkey, and the process that starts and supervises all others."""
