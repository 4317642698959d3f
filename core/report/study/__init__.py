"""The results of a study on one page of HTML."""

from core.report.study.page import study_report

__all__ = ["study_report"]
