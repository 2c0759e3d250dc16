"""From the letter to acceptance: classified, split, completed, accepted, refused or transferred."""
