"""What Windows servers and workstations have in common: script blocks, and reading their replies into facts."""
