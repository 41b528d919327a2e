"""Where scans come from: keyboard wedge and pictures."""
