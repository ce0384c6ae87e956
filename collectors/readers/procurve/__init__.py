"""HP ProCurve and Aruba AOS-S."""
