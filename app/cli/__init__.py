"""The command `gemba`: the window by default, and every deed that can be scripted."""

from app.cli.main import main

__all__ = ["main"]
