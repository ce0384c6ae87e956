"""What can be done with clients, sites and devices; each action checks the right and leaves an audit entry."""
