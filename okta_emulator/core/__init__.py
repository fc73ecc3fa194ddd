"""What every part of the emulated org uses: records, storage, ids, clock, filters, paging, errors and settings."""
