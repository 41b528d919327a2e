"""The station's two SQLite files."""
