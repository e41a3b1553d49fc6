"""The challenger: a learnt model of a stated outcome that stands beside the rules and never changes a class."""
