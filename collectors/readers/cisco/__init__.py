"""Cisco IOS, IOS-XE and NX-OS."""
