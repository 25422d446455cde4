"""The language of relevance, constraints and calculations: OpenRosa's XPath. See docs/checklists.md#expressions."""

from app.checklists.expressions.document import Document, Kind, Node, Repeat, build
from app.checklists.expressions.engine import Answer, Expression, compile, evaluate
from app.checklists.expressions.explanations import Explanation, Reading, Reason, explain
from app.checklists.expressions.host import Host
from app.checklists.expressions.problems import Problem
from app.checklists.expressions.xml import read_document, read_nodes

__all__ = [
    "Answer",
    "Document",
    "Explanation",
    "Expression",
    "Host",
    "Kind",
    "Node",
    "Problem",
    "Reading",
    "Reason",
    "Repeat",
    "build",
    "compile",
    "evaluate",
    "explain",
    "read_document",
    "read_nodes",
]
