"""The System Log of one app: which events, how to follow them, what they add up to."""
