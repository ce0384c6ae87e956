"""What the project needs of itself while it is built: never part of the wheel."""
