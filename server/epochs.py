"""Epochs: a new one begins when the server was restored from a backup; their sequences cannot be compared."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.sync.protocol import Mutation, Op
from server import tables


@dataclass(frozen=True, slots=True)
class Epochs:
    """All epochs of a tenant, oldest first: id, and the head at which it began."""

    known: tuple[tuple[str, int], ...]

    @property
    def current(self) -> str:
        return self.known[-1][0]

    @property
    def head(self) -> int:
        """The head at which the current epoch began."""
        return self.known[-1][1]

    def ceiling(self, epoch: str, head: int) -> int:
        """The newest sequence that somebody who last met the server in `epoch` can know of.

        `head`: the newest there is. An empty `epoch` is that of somebody who never met it: the first. 0 for an unknown.
        """
        if not epoch:
            return self._ceiling(1, head)
        number = next((number for number, (known, _) in enumerate(self.known, 1) if known == epoch), None)
        return 0 if number is None else self._ceiling(number, head)

    def _ceiling(self, number: int, head: int) -> int:
        return min((began for _, began in self.known[number:]), default=head)


def read_epochs(connection: sa.Connection, tenant: str) -> Epochs:
    return Epochs(tuple((found, began) for found, began in connection.execute(_epochs(), {"tenant": tenant})))


@cache
def _epochs() -> sa.Select[Any]:
    epoch = tables.epoch
    known = sa.select(epoch.c.id, epoch.c.began_seq).where(epoch.c.tenant_id == sa.bindparam("tenant"))
    return known.order_by(epoch.c.number)


def clamp_bases(mutation: Mutation, ops: list[Op], ceiling: int) -> None:
    """No base lies above what its writer can have seen: of what a restored server lost, or of what is not yet."""
    mutation.base = min(mutation.base, ceiling)
    for op in ops:
        op.bases = {name: min(seq, ceiling) for name, seq in op.bases.items()}
        if op.life_base is not None:
            op.life_base = min(op.life_base, ceiling)
