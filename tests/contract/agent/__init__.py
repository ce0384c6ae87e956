"""Tests of the agent's commands against devices on loopback."""
