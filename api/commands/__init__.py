"""The commands of creditgraph, by the work they belong to."""
