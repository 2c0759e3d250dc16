"""When a result would be there if one filed at a given moment: form, page, calendar entry."""
