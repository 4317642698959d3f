"""Everything that computes; never imports streamlit."""

__version__ = "0.2.0"
