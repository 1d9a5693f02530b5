"""What the instrumented copy has run since the last test began: "path:line" of statements."""

seen: set[str] = set()
