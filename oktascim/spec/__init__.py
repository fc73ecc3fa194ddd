"""The file format: models, loader with line and column, secret references."""
