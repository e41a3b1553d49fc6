"""Related parties: who is related to whom, by which rule, through which relationships, from when to when."""
