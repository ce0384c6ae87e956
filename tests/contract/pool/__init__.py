"""The pool against devices that behave, hang, grow and die."""
