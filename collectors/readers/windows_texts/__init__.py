"""Reading what commands of Windows print, in several languages, from files that a person gives."""
