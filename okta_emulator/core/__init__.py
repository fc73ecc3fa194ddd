"""What every part of the emulated org stands on: storage, ids, clock, filters, paging, errors and settings."""
