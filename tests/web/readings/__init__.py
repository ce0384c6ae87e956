"""Tests of what stands of devices, their history and feed."""
