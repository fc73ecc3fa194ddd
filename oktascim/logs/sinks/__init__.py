"""Files that a log is written to, one module a format."""
