"""Classes that follow deliveries: exact updates, equal to a full run."""
