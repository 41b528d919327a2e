"""Put a station together: the only package that knows every part."""

from returnstation.app.station import Station, new_id, now, open_station

__all__ = ["Station", "new_id", "now", "open_station"]
