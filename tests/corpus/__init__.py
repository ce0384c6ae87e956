"""How right the drivers are over the recorded devices beside the project: `python -m tests.corpus`, or `make corpus`."""
