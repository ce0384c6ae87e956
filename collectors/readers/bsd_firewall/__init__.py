"""pfSense and OPNsense."""
