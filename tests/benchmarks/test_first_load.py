"""The first load counts every script a page leads to, and nothing twice."""

import gzip
from pathlib import Path

from benchmarks.first_load import measure_page

PAGE = """<link rel="modulepreload" href="/assets/root-a1.js"/><link href="/assets/site.css"/>
<script type="module">import * as route from "/assets/_index-b2.js";</script>"""
SCRIPTS = {
    "root-a1.js": 'import{t}from"./shared-c3.js";import"./side-d4.js";',
    "_index-b2.js": 'import{t}from"./shared-c3.js";u(()=>import(`./chart-e5.js`).then(x));',
    "shared-c3.js": 'import{r}from"./root-a1.js";',
    "side-d4.js": "0;",
    "chart-e5.js": 'import"./engine-f6.js";',
    "engine-f6.js": "1;",
    "other_page-g7.js": "2;",
}


def test_scripts_are_followed_through_imports_and_lazy_parts(tmp_path: Path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    for name, text in SCRIPTS.items():
        (tmp_path / "assets" / name).write_text(text)
    size = {name: len(gzip.compress(text.encode(), 9)) for name, text in SCRIPTS.items()}
    at_once = sum(size[n] for n in ("root-a1.js", "_index-b2.js", "shared-c3.js", "side-d4.js"))
    lazy = size["chart-e5.js"] + size["engine-f6.js"]
    assert measure_page(tmp_path, "index.html") == (at_once, at_once + lazy)
