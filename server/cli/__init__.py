"""The commands `datumline server ...`: what an administrator does on the server's own machine."""
