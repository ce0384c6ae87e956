"""The catalogue, the order of versions, and what both prove of a firmware."""
