"""What differs between POSIX and Windows at the client's site."""
