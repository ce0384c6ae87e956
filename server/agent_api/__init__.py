"""The five routes that agents speak to; nothing else is reachable with an agent's key."""
