"""Clients with their sites, places, devices, groups and inventory statements."""
