"""`oktascim logs`: its options, its notes on stderr, its explanations, and the command."""
