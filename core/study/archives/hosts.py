"""Where the public archives answer; a mirror, or a test's server, is named in the environment."""

import os

IDC = "https://s3.amazonaws.com"  # buckets of NCI's Imaging Data Commons, open without an account
XENA = "https://gdc-hub.s3.us-east-1.amazonaws.com/download"  # UCSC Xena's GDC hub


def idc_host() -> str:
    """S3 endpoint of the IDC's buckets: NODESCOPE_IDC, else Amazon's."""
    return os.environ.get("NODESCOPE_IDC", IDC).rstrip("/")


def xena_host() -> str:
    """Folder of the Xena GDC hub's files: NODESCOPE_XENA, else UCSC's own."""
    return os.environ.get("NODESCOPE_XENA", XENA).rstrip("/")
