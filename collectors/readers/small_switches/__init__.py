"""Switches whose command lines resemble IOS: FASTPATH, RADLAN, FastIron, OS9, AlliedWare Plus."""
