"""What strangers send: texts of devices, broken files, and what a fuzzer makes of both."""
