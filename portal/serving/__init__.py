"""The gateway between the web server and Django, and static files."""
