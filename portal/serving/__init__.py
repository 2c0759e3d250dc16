"""Between the web server and Django: whole requests in, answers out, static files."""
