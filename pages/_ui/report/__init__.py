"""Views of the report pages."""
