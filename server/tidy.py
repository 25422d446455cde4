"""What has to be done now and then, by every process, whoever comes first."""

import asyncio

import sqlalchemy as sa
import structlog
from anyio import to_thread

from server.accounts import forget_expired
from server.database import Busy
from server.objects import ObjectTroubleError
from server.service import Service

logger = structlog.get_logger(__name__)


async def tidy_for_ever(service: Service) -> None:
    """Until it is cancelled; a trouble is logged, and the next time may go better."""
    await to_thread.run_sync(sweep, service)  # what the process before this one may have left
    while True:
        await asyncio.sleep(service.tidy_every_s)
        await to_thread.run_sync(tidy, service)


def tidy(service: Service) -> None:
    """Finish uploads that a crash left, remove what expired."""
    try:
        forget_expired(service.database, service.now_ms())
    except (Busy, sa.exc.SQLAlchemyError) as error:
        logger.error("not tidied", exc_info=error)
        return
    sweep(service)


def sweep(service: Service) -> None:
    """The part of it that is about uploads."""
    try:
        swept = service.blobs.sweep()
    except (Busy, ObjectTroubleError, OSError, sa.exc.SQLAlchemyError) as error:
        logger.error("not tidied", exc_info=error)
        return
    if swept.finished or swept.wrong or swept.expired or swept.strays:
        logger.info("tidied", finished=swept.finished, wrong=swept.wrong, expired=swept.expired, strays=swept.strays)
