"""What a change can reach, and numbers computed again for that alone."""
