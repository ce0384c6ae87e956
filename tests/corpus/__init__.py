"""How right the drivers are over the recorded devices beside the project: `make corpus`."""
