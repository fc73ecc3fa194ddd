"""What people and scripts see: two streams, tables, progress, prompts, formats of the log; nothing below it prints."""
