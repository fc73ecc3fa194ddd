"""The System Log of one app: which events, their pages, what explains them, and what they add up to."""
