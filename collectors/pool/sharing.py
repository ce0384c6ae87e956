"""Loaded last before children are forked: what is loaded by then leaves the collector's sight, so it stays shared.

A collection of garbage writes into the head of each object that it looks at, and so copies its page into the child.
"""

import gc

gc.collect()
gc.freeze()
