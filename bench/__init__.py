"""The benchmark: `make bench` (docs/bench.md says what it measures and what must hold)."""
