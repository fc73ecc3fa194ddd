"""`oktascim logs`: its options, and the command."""
