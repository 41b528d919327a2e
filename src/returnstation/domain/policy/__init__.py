"""The rules a return is judged by, and the dated parameters they read."""
