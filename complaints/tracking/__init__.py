"""The reporter's own page of a case: status, further text, reopening, rating."""
