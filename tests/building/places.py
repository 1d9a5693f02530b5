"""Where the repository stands, and the documents that tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "compliance" / "fixtures" / "documents"
SEEDS = ROOT.parent / "shared" / "seeds"  # beside the repository, or nowhere
TEMPLATES = ROOT / "templates"
