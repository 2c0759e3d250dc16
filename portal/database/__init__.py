"""PostgreSQL for a web process: it never waits for a server that hangs."""
