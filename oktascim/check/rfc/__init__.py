"""Third-party testers of the RFC, run over our own connection."""
