"""A case is registered, whichever way it came in: code, secret, clock, handlers, texts and files."""
