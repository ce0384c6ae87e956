"""Drivers of the devices that the pool tests play."""
