"""What Linux machines say in a shell: shared by every driver of a Linux-like system."""
