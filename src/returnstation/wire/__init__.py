"""Facts as bytes: what is hashed, kept and sent."""
