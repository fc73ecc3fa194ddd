"""Desired against actual: snapshot, diff, steps, execution, outcomes; and export, the reverse."""
