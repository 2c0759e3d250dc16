"""Changes of the working calendar: drafted, previewed, published, undone."""
