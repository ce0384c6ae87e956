"""What agents delivered: current readings of each device, their history, and what changed."""
