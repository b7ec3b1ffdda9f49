"""The tests: sentences about what Relance does, run through its public face."""
