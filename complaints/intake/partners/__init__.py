"""Other systems that send cases, and their keys."""
