"""What the program costs, always as a ratio to a floor or a peer measured in the same run. See docs/benchmarks.md."""
