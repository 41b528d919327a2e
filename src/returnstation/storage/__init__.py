"""The station's two SQLite files, and the folder of photos."""
