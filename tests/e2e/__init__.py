"""End to end: the real server, the real agent and simulated devices, each a process of its own."""
