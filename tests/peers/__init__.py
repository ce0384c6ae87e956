"""Test peers: devices simulated over their real protocols, on loopback only."""
