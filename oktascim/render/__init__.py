"""What people and scripts see: the two streams, tables, progress, prompts; nothing below it prints."""
