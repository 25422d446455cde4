"""What sync costs over bad links, in real processes with encrypted stores. See docs/benchmarks.md."""
