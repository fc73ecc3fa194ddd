"""The command line: the tree of commands, their arguments and options, help and completion."""
