"""Other systems that hand cases on, and their keys."""
