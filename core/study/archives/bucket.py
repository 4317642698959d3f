"""The objects of a public S3 bucket under one prefix."""

from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from core.study.archives.faults import no_listing
from core.study.archives.transfer import CHUNK, Client, Remote, size_of

SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
LONGEST = 50 * 10**6  # bytes of a page, which lists at most 1000 objects
MOST_PAGES = 1000


def list_objects(host: str, bucket: str, prefix: str, client: Client) -> list[Remote]:
    """Every object whose key begins with ``prefix``, with size and ETag (S3's ListObjectsV2, unsigned).

    Raises CannotRun: FETCH-LISTING for an answer that is no listing or has no end; what `Client.tried` does.
    """
    found: list[Remote] = []
    token, seen = "", set[str]()
    while token not in seen and len(seen) < MOST_PAGES:
        seen.add(token)
        options = {"list-type": "2", "prefix": prefix} | ({"continuation-token": token} if token else {})
        page = client.tried(lambda o=options: _page(f"{host}/{bucket}?{urlencode(o)}", client))  # type: ignore[misc]
        found += [_remote(host, bucket, item) for item in page.iter(f"{SPACE}Contents")]
        token = page.findtext(f"{SPACE}NextContinuationToken", "")
        if not token:
            return found
    raise no_listing("one without an end")


def _page(url: str, client: Client) -> ElementTree.Element:
    with client.ask(url) as answer:
        text = bytearray()
        for piece in answer.iter_content(CHUNK):
            text += piece
            client.check()
            if len(text) > LONGEST:
                raise no_listing(f"one of more than {LONGEST // 10**6} MB")
    try:
        page = None if b"<!DOCTYPE" in text else ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError):  # no XML, or in an unknown encoding
        page = None
    if page is None or page.tag != f"{SPACE}ListBucketResult":
        raise no_listing("something else")
    return page


def _remote(host: str, bucket: str, item: ElementTree.Element) -> Remote:
    def text(name: str) -> str:
        return item.findtext(f"{SPACE}{name}", "")

    size = size_of(text("Size"))
    if size is None:
        raise no_listing("a file without a size")
    return Remote(f"{host}/{bucket}/{quote(text('Key'))}", size, text("ETag"))
