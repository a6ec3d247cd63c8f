"""How fast the connector is beside a floor that does the least that could do; see README.md."""
