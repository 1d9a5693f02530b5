"""Who is told, when, and whether it arrived."""
