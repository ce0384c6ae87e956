"""A simulated site over real sockets: the main job, from an inventory file to the checklist and the report."""
