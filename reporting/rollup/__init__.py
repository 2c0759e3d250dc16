"""Roll-ups: counting them from their sources, reconciling them, reading them."""
