"""The desk: one working place, as a state machine both skins drive."""
