"""From acceptance to the decision, and whose work a case is."""
