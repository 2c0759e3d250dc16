"""Looking dossiers up by what people say at a counter."""
