"""The feature engine beside the reference values of the Image Biomarker Standardisation Initiative (IBSI)."""
