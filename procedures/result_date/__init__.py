"""When a result would be ready if one filed at a given moment: form, page, calendar entry."""
