"""The vocabulary of facts: what drivers fill and rules read. Imports only pydantic.

No secret enters a fact. The driver reduces a password, community, key or hash to its kind, its length, a count, or
whether it is the factory's: `password_kind`, `ssh_key_bits_count`, `default_community`. The sections and fields that
tell of persons are named in `vocabulary`: `Kind.personal` and `PERSONAL_FIELDS`.
"""
