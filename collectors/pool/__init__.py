"""The pool of warm child processes in which every collection runs (decision 17)."""
