"""A folder of its own for sample data, marked so that it may be made anew and nothing else is ever removed."""

import shutil
from pathlib import Path

from app.errors import NotAllowed
from app.models.database import translated
from app.paths import DataFolder


def sample_folder_beside(root: Path) -> Path:
    """Where the sample of a data folder stands: next to it."""
    return root.with_name(f"{root.name}-sample")


def make_fresh(folder: DataFolder) -> None:
    """Empty the folder, which the caller holds; an earlier sample is removed, anything else refused with NotAllowed."""
    with translated(folder.root):
        others = [path for path in folder.root.iterdir() if path != folder.lock]
        if others and not folder.sample_mark.exists():
            raise NotAllowed("folder-not-empty", str(folder.root))
        for path in others:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.sample_mark.write_text("Sample data of Gemba. This folder is made anew each time.\n", encoding="utf-8")
