"""Ways by which a message leaves the house. Each is a module with one function `send(message)`."""
