"""The language of relevance, constraints and calculations: OpenRosa's XPath. See docs/checklists.md#expressions."""

from app.checklists.expressions.document import Document, Kind, Node, Repeat, build
from app.checklists.expressions.engine import Answer, Expression, compile, evaluate
from app.checklists.expressions.host import Host
from app.checklists.expressions.problems import Problem
from app.checklists.expressions.xml import read_document, read_nodes

__all__ = [
    "Answer",
    "Document",
    "Expression",
    "Host",
    "Kind",
    "Node",
    "Problem",
    "Repeat",
    "build",
    "compile",
    "evaluate",
    "read_document",
    "read_nodes",
]
