"""Finding procedures: index, scoring, filters, life events, and the page of the search."""
