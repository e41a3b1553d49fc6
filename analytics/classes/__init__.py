"""The class of a company: baselines, grading, stored runs, explanation, what-if, stability."""
