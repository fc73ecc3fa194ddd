"""What people and scripts see: the two streams, tables, progress, prompts. Library code below never prints."""
