"""The WinRM transport: one PowerShell script in independent blocks, sent once, answered as one JSON line a block."""
