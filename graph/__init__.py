"""The property graph: its schema, identities, two clocks, stores and projections."""
