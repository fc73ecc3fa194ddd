"""The formats that System Log events are written in, one module each."""
