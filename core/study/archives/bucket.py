"""The objects of a public S3 bucket under one prefix."""

from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from core.errors import CannotRun
from core.study.archives.transfer import Client, Remote

SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def list_objects(host: str, bucket: str, prefix: str, client: Client) -> list[Remote]:
    """Every object whose key begins with ``prefix``, with size and ETag (S3's ListObjectsV2, unsigned).

    Raises CannotRun: FETCH-LISTING for an answer that is no listing, and what `Client.tried` does.
    """
    found: list[Remote] = []
    token = ""
    while True:
        options = {"list-type": "2", "prefix": prefix} | ({"continuation-token": token} if token else {})
        page = client.tried(lambda o=options: _page(f"{host}/{bucket}?{urlencode(o)}", client))  # type: ignore[misc]
        found += [_remote(host, bucket, item) for item in page.iter(f"{SPACE}Contents")]
        token = page.findtext(f"{SPACE}NextContinuationToken", "")
        if not token:
            return found


def _page(url: str, client: Client) -> ElementTree.Element:
    with client.ask(url) as answer:
        text = answer.content
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        expected = "The archive must answer with a list of its files"
        raise CannotRun(
            "FETCH-LISTING", expected, "something else", "Check the network's login page."
        ) from None


def _remote(host: str, bucket: str, item: ElementTree.Element) -> Remote:
    def text(name: str) -> str:
        return item.findtext(f"{SPACE}{name}", "")

    return Remote(f"{host}/{bucket}/{quote(text('Key'))}", int(text("Size") or 0), text("ETag"))
