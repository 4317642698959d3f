"""Gene-set libraries of Enrichr (Kuleshov et al. 2016), fetched as GMT."""

import re
import time
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from core.errors import CannotRun, TableError
from core.pace import open_url

ENRICHR = "https://maayanlab.cloud/Enrichr"
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
TIMEOUT, LONGEST = 20.0, 180.0  # seconds without an answer; seconds in all
LARGEST, CHUNK = 200_000_000, 65_536  # bytes
WEIGHT = re.compile(r",[-\d.eE]+$")  # some libraries write GENE,1.0


def download(library: str, source: str = ENRICHR, timeout: float = TIMEOUT, longest: float = LONGEST) -> str:
    """GMT text of a library (KEGG_2021_Human, Reactome_2022, MSigDB_Hallmark_2020, ...).

    Enrichr leaves the description empty; here it names the library. Raises TableError (GENESETS-NAME) for
    a name that cannot be one, CannotRun (GENESETS-SOURCE) if the service does not answer, knows no such
    library, or answers with something else; the message says how to supply the sets without it.
    """
    if not NAME.fullmatch(library):
        expected = "The name of an Enrichr library must be letters, digits, _, . and -"
        raise TableError("GENESETS-NAME", expected, repr(library[:40]), "KEGG_2021_Human, for example.")
    url = f"{source}/geneSetLibrary?{urlencode({'mode': 'text', 'libraryName': library})}"
    try:
        text = _read(url, timeout, longest).decode("utf-8")
    except HTTPError as error:
        raise _missing(library, f"its error {error.code}; is the name right?") from None
    except TimeoutError:
        raise _missing(library, "no answer in time") from None
    except (URLError, OSError, HTTPException):
        raise _missing(library, "no connection") from None
    except UnicodeDecodeError:
        raise _missing(library, "an answer that is no text") from None
    return _gmt(library, text)


def _read(url: str, timeout: float, longest: float) -> bytes:
    end, parts, size = time.monotonic() + longest, [], 0
    with open_url(url, timeout) as answer:
        while part := answer.read1(CHUNK):
            parts.append(part)
            size += len(part)
            if size > LARGEST or time.monotonic() > end:
                raise TimeoutError
        if answer.length:  # what the header announced and did not come
            raise HTTPException
    return b"".join(parts)


def _gmt(library: str, text: str) -> str:
    lines = []
    for line in filter(str.strip, text.splitlines()):
        name, *rest = [cell.strip() for cell in line.split("\t")]
        genes = [WEIGHT.sub("", gene) for gene in rest[1:] if gene]
        if not name or not genes:
            raise _missing(library, "an answer that is no list of gene sets")
        lines.append("\t".join([name, f"Enrichr {library}", *genes]))
    if not lines:
        raise _missing(library, "an empty answer; is the name right?")
    return "\n".join(lines) + "\n"


def _missing(library: str, found: str) -> CannotRun:
    return CannotRun(
        "GENESETS-SOURCE",
        f"Enrichr must answer with the gene sets {library}",
        found,
        f"Where there is a connection, fetch them ({ENRICHR}/#libraries, or a GMT file of MSigDB); name the "
        "file under [genesets] files of study.toml.",
    )
