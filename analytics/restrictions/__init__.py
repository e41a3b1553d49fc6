"""Restrictions on posts and registering: whether a person is within a term, of one candidate or of everybody."""
