"""Who holds and commands what: direct holdings, shares through chains and loops, exact and as intervals."""
