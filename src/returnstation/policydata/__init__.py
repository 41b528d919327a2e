"""Reads and checks the statute pack and the merchants' policies."""
