"""Shell companies: grouped weights of evidence, the review list, and what officers' decisions teach."""
