"""Papers: what they say, how they are drawn, encoded and sent."""
