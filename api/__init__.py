"""The edge: command line and settings; the only place where things are put together."""
