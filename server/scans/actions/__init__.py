"""The verbs of scans: what people order, plan and hold back."""
