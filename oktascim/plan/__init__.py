"""Desired against actual: snapshot, diff, steps, carrying out, outcomes; and export, the way back."""
