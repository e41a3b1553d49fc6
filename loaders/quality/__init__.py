"""The quality of what was delivered: who delivers what, how late and how wrong, and what it covers."""
