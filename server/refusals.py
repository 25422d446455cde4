"""Why the server says no to a whole request. Nothing was changed by one."""


class Refused(Exception):  # noqa: N818 - the house's names
    """`code` is what the laptop is told, `status` the HTTP status that goes with it."""

    def __init__(self, code: str, detail: str = "", *, status: int = 400) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status
