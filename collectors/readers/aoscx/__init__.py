"""Aruba AOS-CX."""
