"""Shared by every part of the emulated org: records, storage, ids, clock, filters, paging, errors and settings."""
