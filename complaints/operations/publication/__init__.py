"""Publishing an answered case, and taking it back."""
