"""Keys of the session state, declared once; a keyed widget keeps its value across pages."""

STUDY = "study"
PRESET = "preset"
CALIBRATION_MODEL = "calibration_model"
GALLERY_COHORT = "gallery_cohort"
GALLERY_PAGE = "gallery_page"
TRAITS = "traits"
CELLS = "cells"
CASE = "case"
CASE_UPLOAD = "case_upload"
CASE_KIND = "case_kind"
CASE_PHASE = "case_phase"
CASE_SLICE = "case_slice"
CASE_OUTLINE = "case_outline"
CASE_CONFIRMED = "case_confirmed"
CASE_RESULT = "case_result"

# As the picker and the address show them, and as core calls them.
PRESETS = {"leak-free": "leak_free", "published": "published"}
KEEP = {"persist_state": "session"}
