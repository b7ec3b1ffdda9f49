"""The commands, the embedded database and the supervisor."""
