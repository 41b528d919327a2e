"""The text of a scan and what it means."""
