"""Cross-checks of candidates and of lists of companies: facts on record, each with its document, never a verdict."""
