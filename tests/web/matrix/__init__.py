"""Who may what, over every route."""
