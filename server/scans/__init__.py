"""Scan plans, slots and scan jobs: when which device is read, by which agent, and how it went."""
