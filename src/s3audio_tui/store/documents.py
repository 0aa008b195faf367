"""S3's small XML documents, read and written. One that defines entities is taken for none."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class _Plain(ElementTree.TreeBuilder):
    """Builds a tree without namespaces, and of nothing that brings a document type."""

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:
        """Begin an element."""
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        """End it."""
        return super().end(tag.rpartition("}")[2])

    def doctype(self, *_: str | None) -> None:
        """Refuse it."""
        raise ElementTree.ParseError("a document type")


def read(body: bytes) -> ElementTree.Element | None:
    """Return the root of a document, names without their namespace; None for what is none."""
    parser = ElementTree.XMLParser(target=_Plain())  # noqa: S314  # it takes no document type
    try:
        parser.feed(body.lstrip())  # white space may come before a late answer
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError):  # an encoding that nobody knows
        return None
    return root


def fields(element: ElementTree.Element | None) -> dict[str, str]:
    """Return the texts of what is directly inside, by their names; nothing where there is none."""
    return {} if element is None else {child.tag: child.text or "" for child in element}


def error_in(body: bytes) -> dict[str, str] | None:
    """Return what an error document says, also one that came with a good status; else None."""
    root = read(body)
    return fields(root) if root is not None and root.tag == "Error" else None


def completion(parts: Sequence[Mapping[str, str | int]]) -> bytes:
    """Return what CompleteMultipartUpload is sent: each part as its fields, in their order."""
    made = "".join(
        f"<Part>{''.join(f'<{n}>{_escaped(str(text))}</{n}>' for n, text in part.items())}</Part>"
        for part in parts
    )
    name = "CompleteMultipartUpload"
    return f'<{name} xmlns="{_SPACE}">{made}</{name}>'.encode()


def _escaped(text: str) -> str:
    """Return it as XML has it; the library's own way loads an HTTP client of which nobody asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
