"""`oktascim auth`: the command group, and its commands by what they do."""
