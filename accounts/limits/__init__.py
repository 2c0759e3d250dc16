"""How often something may be tried or asked for."""
