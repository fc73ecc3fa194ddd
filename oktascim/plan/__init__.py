"""Desired against actual: read, diff, steps, apply, export."""
