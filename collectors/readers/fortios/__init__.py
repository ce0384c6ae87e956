"""FortiOS."""
