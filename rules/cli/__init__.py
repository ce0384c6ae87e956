"""The commands that need only rules and facts: evaluate, library, firmware, catalogue."""
