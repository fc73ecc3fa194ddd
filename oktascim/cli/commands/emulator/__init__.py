"""`oktascim emulator`: the command group, and its commands, one module each."""
