"""Drivers: one module per kind of device, found by its file name; each says what it asks and reads the replies."""
