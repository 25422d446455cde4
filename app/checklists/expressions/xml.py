"""XML to a document: for documents that come as text, such as secondary instances and test data."""

from xml.parsers import expat

from app.checklists.expressions.document import Document, Node
from app.checklists.expressions.host import Host
from app.checklists.expressions.problems import Problem
from app.errors import ExpressionError


def read_document(text: str, host: Host | None = None) -> Document:
    """Names keep their prefix. Raises ExpressionError: BAD_DOCUMENT."""
    return Document(read_nodes(text), host=host or Host())


def read_nodes(text: str) -> Node:
    """The node above the first element. Raises ExpressionError: BAD_DOCUMENT."""
    top = Node("", None)
    open_nodes = [top]
    texts: list[list[str]] = [[]]

    def start(name: str, attributes: dict[str, str]) -> None:
        node = Node(name, open_nodes[-1])
        for key, value in attributes.items():
            node.attributes[key] = Node(key, node, value)
        open_nodes[-1].add(node)
        open_nodes.append(node)
        texts.append([])

    def end(_name: str) -> None:
        node = open_nodes.pop()
        # The text between elements is layout, not an answer.
        node.text = "".join(texts.pop()).strip() if not node.children else ""

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: texts[-1].append(data)
    # An answer file declares no entities; one that does may be made to blow up.
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError) as trouble:
        raise ExpressionError("", Problem.BAD_DOCUMENT, 0, str(trouble)) from trouble
    return top


def _refuse_entities(*_declared: object) -> None:
    raise ValueError("entities are not read")
