"""The commands, one module a noun: parse, call, render."""
