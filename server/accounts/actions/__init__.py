"""The verbs of people, tokens, brand and one's own account: a right, one transaction and one audit entry each."""
