"""Views that the biology pages share."""
