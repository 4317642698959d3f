"""Views of the imaging pages."""
