"""Collectors: drivers and transports that read configuration facts from devices."""
