"""Typed results to plotly figures, one module per topic; computes nothing."""
