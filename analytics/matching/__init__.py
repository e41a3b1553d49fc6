"""Which parties without a number or code are which others: same-name matching (algorithms.md section 4)."""
