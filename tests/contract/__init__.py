"""Contract tests: adapters and transports against loopback stand-ins."""
