"""What the indicators of some firms follow from, and what a change there can reach."""
