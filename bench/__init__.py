"""What things cost, as ratios to named peers in the same run."""
