"""The WinRM transport against a WS-Management peer."""
