"""From departments' files to facts in a batch."""
