"""Tests of agents: their actions and pages."""
