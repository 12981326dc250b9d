"""The page at /: what it is served with, and that it works in a real browser."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from served import TOKEN, Served

from studio import resource

SCRIPT = Path(__file__).with_name("browser.py")
PAGE = resource.folder() / "playground"


def test_the_page_needs_no_token_and_brings_everything_along(served: Served) -> None:
    nobody = {"authorization": ""}
    page = served.http.get("/", headers=nobody)
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert TOKEN not in page.text
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert served.http.get(address, headers=nobody).status_code == 200, address
    assert re.findall(r"https?://", "".join(file.read_text("utf-8") for file in PAGE.iterdir())) == []
    for name in ("index.html", "nothing.js", "x.css"):
        assert served.http.get(f"/static/{name}").status_code == 404


def test_both_languages_say_the_same() -> None:
    english, chinese = re.split(r"^  zh: {$", (PAGE / "words.js").read_text("utf-8"), flags=re.MULTILINE)
    names = [re.findall(r"^    (\w+): ", part, flags=re.MULTILINE) for part in (english, chinese)]
    assert names[0] == names[1]
    used = set(re.findall(r'say\("(\w+)"\)', "".join(file.read_text("utf-8") for file in PAGE.glob("*.js"))))
    used |= set(re.findall(r'data-words="(\w+)"', (PAGE / "index.html").read_text("utf-8")))
    assert used <= set(names[0])


def test_its_user_creates_edits_and_varies(served: Served, tmp_path: Path) -> None:
    there = subprocess.run([sys.executable, "-c", "import PySide6.QtWebEngineWidgets"], capture_output=True, text=True)
    if there.returncode:
        pytest.skip(f"needs Qt's Chromium and its libraries: {there.stderr.splitlines()[-1]}")
    command = [sys.executable, str(SCRIPT), served.url, TOKEN, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert (seen["hash"], seen["created"], seen["edited"], seen["varied"]) == ("", 2, 1, 3)
    assert seen["history"] == 2
    assert seen["refused"]
    assert sorted(seen["languages"]) == ["en", "zh-CN"]
    tokens = json.loads((resource.folder() / "themes/tokens.json").read_text())["colours"]
    assert any(seen["colours"] == [tokens[name][mode] for name in ("accent", "window")] for mode in ("dark", "light"))
    assert [each for each in seen["complaints"] if "401" not in each] == []
    tasks = [order.task for order in served.submitted]
    assert tasks == ["text-to-image", "inpaint", "variation"]
    mask = Image.open(served.submitted[1].params["mask"])
    assert (mask.getpixel((mask.width // 2, mask.height // 2)), mask.getpixel((0, 0))) == (255, 0)
