"""The commands, one file per noun: parse, call, render."""
