"""The shapes of the open API: what may be asked, and what is answered."""
