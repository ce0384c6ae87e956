"""End to end: the real server, the real agent and simulated devices as processes of their own, as an operator has them."""
