"""The reporter's own page of a case: where it stands, further words, reopening, rating."""
