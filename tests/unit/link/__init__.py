"""What agent and server say to each other, without a network."""
