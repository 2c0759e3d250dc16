"""What every page and form of staff is built of: who may open it, form recovery, common fields."""
