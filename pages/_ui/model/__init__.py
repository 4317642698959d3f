"""Views of the model pages."""
