"""Everything people and scripts see: two streams, tables, progress, prompts, log formats; nothing below it prints."""
