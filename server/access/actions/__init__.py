"""What can be done with accesses and credentials; each action checks the right and leaves an audit entry."""
