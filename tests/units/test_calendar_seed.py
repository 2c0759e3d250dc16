import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_delivered_calendar_is_what_its_maker_writes(tmp_path):
    made = tmp_path / "calendar.json"
    subprocess.run([sys.executable, "script/make_calendar.py", str(made)], cwd=ROOT, check=True, timeout=60)
    assert made.read_text(encoding="utf-8") == (ROOT / "units/data/calendar.json").read_text(encoding="utf-8")
