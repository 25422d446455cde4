"""Numbers for Prometheus; none of them about a person."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from app.sync.protocol import Answer
from server.settings import SHARED_FOLDER

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Of one process; with SHARED_FOLDER in the environment all processes of the server are counted together."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        self.requests = Counter("gemba_requests", "Requests answered", ["route", "status"], registry=own)
        self.seconds = Histogram("gemba_request_seconds", "Time to answer", ["route"], registry=own, buckets=_SECONDS)
        self.mutations = Counter("gemba_mutations", "Mutations that arrived", ["status"], registry=own)
        self.rows = Counter("gemba_rows_sent", "Rows sent to laptops", registry=own)
        self._own = own

    def note(self, answer: Answer) -> None:
        for result in answer.results:
            self.mutations.labels("again" if result.dup else result.status).inc(result.n)
        self.rows.inc(len(answer.rows))

    def text(self) -> bytes:
        if not os.environ.get(SHARED_FOLDER):
            return generate_latest(self._own)
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return generate_latest(shared)
