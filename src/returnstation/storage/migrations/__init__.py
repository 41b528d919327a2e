"""Alembic migrations of ``station.db``, one file per schema number."""
