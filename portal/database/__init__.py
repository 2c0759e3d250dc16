"""The PostgreSQL backend: web processes give up on a server that does not answer."""
