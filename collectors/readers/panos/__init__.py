"""Palo Alto Networks PAN-OS."""
