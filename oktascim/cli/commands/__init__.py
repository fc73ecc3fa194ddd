"""The commands, one module per noun: parse, call, render."""
