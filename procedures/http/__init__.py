"""What public answers have in common: cache, compression, dates for conditional requests, content negotiation."""
