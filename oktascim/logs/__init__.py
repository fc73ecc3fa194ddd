"""The System Log of one app: event selection, pages, explanations and summaries."""
