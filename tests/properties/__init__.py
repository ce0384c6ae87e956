"""Properties: what must hold for all inputs, tried on generated ones."""
