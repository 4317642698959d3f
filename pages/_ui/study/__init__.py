"""Views of the study pages."""
