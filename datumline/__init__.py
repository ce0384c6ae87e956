"""The command `datumline`: the table of commands, each imported when it is used."""
