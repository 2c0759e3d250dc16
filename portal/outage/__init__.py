"""Behaviour of the portal while the database or Redis is down."""
