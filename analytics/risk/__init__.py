"""How risk begins and travels."""
