"""People, roles, rights and tokens: who may do what at which client, and the record of what was done."""
