"""What agent and server say to each other: jobs, messages, signatures, sealed credentials, and their limits."""
