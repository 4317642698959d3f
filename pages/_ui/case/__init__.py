"""A case from upload to report, piece by piece."""
